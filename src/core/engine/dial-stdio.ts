import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Agent, type AgentOptions } from 'node:http';
import { Duplex } from 'node:stream';

/**
 * An agent whose connections run over the system's own ssh to the engine's host, where `docker system dial-stdio`
 * joins them to the engine's socket. The user's ~/.ssh/config, agent and known hosts count as they do for `ssh`.
 */
export function createDialStdioAgent(url: string): Agent {
  return new DialStdioAgent(sshArguments(url), { keepAlive: true });
}

/** What ssh is started with for an address such as `ssh://user@host:22`. A password never comes from the address. */
export function sshArguments(url: string): string[] {
  const { username, hostname, port } = new URL(url);
  return [
    '-T',
    // Nobody is there to type an answer.
    ...['-o', 'BatchMode=yes'],
    ...(username === '' ? [] : ['-l', decodeURIComponent(username)]),
    ...(port === '' ? [] : ['-p', port]),
    '--',
    hostname.replace(/^\[(.*)\]$/, '$1'),
    'docker system dial-stdio',
  ];
}

class DialStdioAgent extends Agent {
  constructor(
    private readonly argv: readonly string[],
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(): Duplex {
    return new ProcessConnection(spawn('ssh', this.argv, { stdio: ['pipe', 'pipe', 'pipe'] }));
  }
}

/** One ssh process as a connection; its end in failure is an error with ssh's own last words. */
export class ProcessConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;

  constructor(child: ChildProcessWithoutNullStreams) {
    super({ allowHalfOpen: true });
    this.#child = child;
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.destroy(error));
    child.on('close', (code) => {
      if (code === 0 || this.destroyed) this.push(null);
      else this.destroy(new Error(`ssh: ${words.trim().split('\n').at(-1) ?? `it ended with code ${code ?? 1}`}`));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#sent(this.#child.stdin.write(chunk), done);
  }

  /** What was gathered goes to the process in one call too, as it does on a socket. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const { stdin } = this.#child;
    stdin.cork();
    let room = true;
    for (const { chunk } of chunks) room = stdin.write(chunk);
    stdin.uncork();
    this.#sent(room, done);
  }

  /** A full pipe is waited for; one that closes has no more to say: the process's end tells why. */
  #sent(room: boolean, done: () => void): void {
    const { stdin } = this.#child;
    if (room || stdin.destroyed) {
      done();
      return;
    }
    const go = (): void => {
      stdin.off('drain', go).off('close', go);
      done();
    };
    stdin.on('drain', go).on('close', go);
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  // What http asks of a socket and a pipe has no use for.
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
