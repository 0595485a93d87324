import * as vscode from 'vscode';
import type { Disposable } from '../core/lifetime';
import type { Logger } from '../core/log';

/** The output channels: `Berth` with the log, `Berth: <project>` with what was run and built, `Berth logs: <project>`. */
export class Output implements Disposable {
  readonly #log = vscode.window.createOutputChannel('Berth', { log: true });
  readonly #channels = new Map<string, vscode.OutputChannel>();

  readonly logger: Logger = {
    log: (level, message, detail) => {
      // An error goes in as it is, so that its stack and causes are in the log and nowhere else.
      if (detail === undefined) this.#log[level](message);
      else this.#log[level](message, detail instanceof Error ? detailOf(detail) : detail);
    },
  };

  showLog(): void {
    this.#log.show(true);
  }

  /** Whether a project's channel was made: whether anything was run or built for it in this window. */
  has(project: string | undefined): project is string {
    return project !== undefined && this.#channels.has(channelName(project));
  }

  of(project: string): vscode.OutputChannel {
    return this.#channel(channelName(project));
  }

  logsOf(project: string): vscode.OutputChannel {
    return this.#channel(`Berth logs: ${project}`);
  }

  #channel(name: string): vscode.OutputChannel {
    const found = this.#channels.get(name) ?? vscode.window.createOutputChannel(name);
    this.#channels.set(name, found);
    return found;
  }

  dispose(): void {
    this.#log.dispose();
    for (const channel of this.#channels.values()) channel.dispose();
  }
}

function channelName(project: string): string {
  return `Berth: ${project}`;
}

function detailOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${detailOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
