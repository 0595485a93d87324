import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import type { EditorSetup } from '../../core/inside/editor-setup';
import { serverFolder } from '../../core/inside/server-folder';
import type { Disposable } from '../../core/lifetime';
import type { Line } from '../../core/line/types';
import type { ProjectRow } from '../../core/model';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { aliasOfFolder } from './window-project';

/**
 * Sets a window up that runs in one of Berth's containers: the template's extensions and settings, once for each home
 * folder and template. It looks when the window has its container, and again when that is another one.
 */
export class InsideSetup implements Disposable {
  /** What installs an extension in this window's container; a test without a gallery takes its place. */
  install = async (id: string): Promise<void> => {
    await vscode.commands.executeCommand('workbench.extensions.installExtension', id);
  };
  /** Resolves when the last look is over. */
  settled: Promise<void> = Promise.resolve();
  readonly #seen = new Set<string>();
  readonly #watch: Disposable;
  readonly #life = new AbortController();

  constructor(private readonly parts: Parts) {
    this.#watch = parts.session.onDidChange(() => this.#look());
    this.#look();
  }

  dispose(): void {
    this.#life.abort();
    this.#watch.dispose();
  }

  #look(): void {
    const { session } = this.parts;
    if (!vscode.workspace.isTrusted) return;
    for (const folder of session.window.folders) {
      if (aliasOfFolder(folder) === null) continue;
      const row = session.window.rowOf(folder, session.snapshot.rows);
      if (row?.state !== 'running' || row.container === null || this.#seen.has(row.container)) continue;
      this.#seen.add(row.container);
      this.settled = this.settled
        .then(() => this.setUp(row))
        .catch((error: unknown) => {
          if (isCancelled(error)) return;
          session.log.log('warn', `The editor in ${row.name} was not set up: ${messageOf(error)}`, error);
        });
    }
  }

  /** Does what is left to do in the container of a row, and tells what could not be done. */
  async setUp(row: ProjectRow): Promise<void> {
    const core = await this.parts.session.core();
    const wish = await core.inside.editorWish(row);
    if (wish.extensions.length === 0 && Object.keys(wish.settings).length === 0) return;
    const line = await core.projects.line(row, this.#life.signal);
    const { editorSetup } = await import('../../core/inside/editor-setup');
    const server = `${await homeOf(line)}/${serverFolder(vscode.env.uriScheme)}`;
    const setup = await editorSetup(line.files, server, wish, this.#life.signal);
    if (setup.extensions.length === 0 && !setup.settings) return;
    const abort = new AbortController();
    this.#life.signal.addEventListener('abort', () => abort.abort(), { once: true });
    const failed = await longAction({ title: `Berth: setting up the editor in ${row.name}`, abort }, (step) =>
      this.#work(setup, step, abort.signal),
    );
    if (failed.length > 0) await this.#tell(row, failed);
  }

  /** @returns what could not be done, in words */
  async #work(setup: EditorSetup, step: (text: string) => void, signal: AbortSignal): Promise<readonly string[]> {
    const failed: string[] = [];
    if (setup.settings) {
      step('settings');
      if (!(await setup.writeSettings(signal))) failed.push('settings: the file of the machine’s settings is no JSON');
    }
    for (const [index, id] of setup.extensions.entries()) {
      signal.throwIfAborted();
      step(`extension ${index + 1} of ${setup.extensions.length}: ${id}`);
      try {
        await this.install(id);
        await setup.noteInstalled(id, signal);
      } catch (error) {
        failed.push(`${id}: ${messageOf(error)}`);
      }
    }
    return failed;
  }

  async #tell(row: ProjectRow, failed: readonly string[]): Promise<void> {
    for (const one of failed) this.parts.output.logger.log('warn', `Setting up the editor in ${row.name}: ${one}`);
    const showLog = 'Show Log';
    const names = failed.map((one) => one.slice(0, one.indexOf(':'))).join(', ');
    const chosen = await vscode.window.showWarningMessage(
      `${row.name}: not set up in the editor: ${names}. It is tried again when the window is opened next.`,
      showLog,
    );
    if (chosen === showLog) this.parts.output.showLog();
  }
}

/** The login user's home folder. */
async function homeOf(line: Line): Promise<string> {
  const command = await line.run({ argv: ['/bin/sh', '-c', 'cd && pwd'], own: true });
  const chunks: Buffer[] = [];
  command.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  command.stderr.resume();
  await command.exit;
  return Buffer.concat(chunks).toString('utf8').trim();
}
