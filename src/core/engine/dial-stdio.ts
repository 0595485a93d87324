import { spawn } from 'node:child_process';
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
    return new ProcessConnection(this.argv);
  }
}

/** One ssh process as a connection; its end in failure is an error with ssh's own last words. */
class ProcessConnection extends Duplex {
  readonly #child;

  constructor(argv: readonly string[]) {
    super({ allowHalfOpen: true });
    const child = spawn('ssh', argv, { stdio: ['pipe', 'pipe', 'pipe'] });
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
    if (this.#child.stdin.write(chunk)) done();
    else this.#child.stdin.once('drain', () => done());
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
