import { StringDecoder } from 'node:string_decoder';
import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import type { RunningCommand, TerminalSize } from '../../core/command';

/** Starts what the terminal shows, in a terminal of this size. */
export type Start = (size: TerminalSize, signal: AbortSignal) => Promise<RunningCommand>;

export interface ShellTerminalOptions {
  readonly start: Start;
  /** Said when the connection drops; Enter then starts anew. */
  readonly name: string;
  /** What goes to the screen, changed on its way; end() gives what was held back. */
  readonly filter?: { push(text: string): string; end(): string };
  /** Whether the terminal ends with the command, as a task's does, and tells its code. */
  readonly task?: boolean;
}

const fallback: TerminalSize = { columns: 80, rows: 24 };

/** A terminal of the editor over a process in a container: bytes both ways, real sizes, an honest end. */
export class ShellTerminal implements vscode.Pseudoterminal {
  readonly #write = new vscode.EventEmitter<string>();
  readonly #close = new vscode.EventEmitter<number | undefined>();
  readonly onDidWrite = this.#write.event;
  readonly onDidClose = this.#close.event;
  readonly #closed = new AbortController();
  #running: RunningCommand | undefined;
  #size = fallback;
  #typed = '';
  #lost = false;

  constructor(private readonly options: ShellTerminalOptions) {}

  open(size: vscode.TerminalDimensions | undefined): void {
    if (size !== undefined) this.setDimensions(size);
    void this.#run();
  }

  setDimensions({ columns, rows }: vscode.TerminalDimensions): void {
    this.#size = { columns, rows };
    this.#running?.resize(this.#size);
  }

  handleInput(data: string): void {
    if (this.#lost) {
      if (data.includes('\r')) void this.#run();
    } else if (this.#running === undefined) {
      // What is typed while the shell starts is not lost.
      this.#typed += data;
    } else {
      this.#running.stdin?.write(data);
    }
  }

  close(): void {
    this.#closed.abort();
    void this.#running?.cancel().catch(() => undefined);
  }

  async #run(): Promise<void> {
    this.#lost = false;
    try {
      const running = await this.options.start(this.#size, this.#closed.signal);
      this.#running = running;
      running.resize(this.#size);
      if (this.#typed !== '') running.stdin?.write(this.#typed);
      this.#typed = '';
      this.#show(running.stdout);
      this.#show(running.stderr);
      const { code } = await running.exit;
      this.#print(this.options.filter?.end() ?? '');
      this.#close.fire(code);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#running = undefined;
    }
  }

  #show(stream: NodeJS.ReadableStream): void {
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => {
      const text = decoder.write(chunk);
      this.#print(this.options.filter?.push(text) ?? text);
    });
  }

  #print(text: string): void {
    if (text !== '') this.#write.fire(text);
  }

  #failed(error: unknown): void {
    if (isCancelled(error)) return;
    const words = `${this.options.name}: ${messageOf(error)}`;
    this.#print(`\r\n\x1b[0m\x1b[31m${words.replaceAll('\n', '\r\n')}\x1b[0m\r\n`);
    if (this.options.task === true) {
      this.#close.fire(1);
      return;
    }
    this.#print('Press Enter for a new shell.\r\n');
    this.#lost = true;
  }
}
