import { Duplex, type Readable } from 'node:stream';
import type { Api } from './api';
import { exitCode, openExec } from './exec';
import { demultiplex } from './frames';
import type { ExecSpec, ExecStream } from './types';

const stderrKept = 64 * 1024;

/** One exec's stdin and stdout as a byte stream for a protocol of its own; its stderr is kept for an error's cause. */
export async function openExecStream(
  api: Api,
  containerId: string,
  spec: Omit<ExecSpec, 'tty' | 'stdin'>,
  signal?: AbortSignal,
): Promise<ExecStream> {
  const { id, socket } = await openExec(api, containerId, { ...spec, stdin: true }, signal);
  const { stdout, stderr, ended } = demultiplex(socket);
  let kept = '';
  stderr.on('data', (chunk: Buffer) => {
    if (kept.length < stderrKept) kept = (kept + chunk.toString()).slice(0, stderrKept);
  });
  const stream = new ProcessStream(socket, stdout, ended);
  const stop = (): void => void stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', stop));
  const exit = ended.then(() => exitCode(api, id, containerId));
  exit.catch(() => undefined);
  return { stream, stderr: () => kept, exit };
}

/** Writes to the socket as it is and reads from the demultiplexer; ending it closes stdin alone. */
class ProcessStream extends Duplex {
  constructor(
    private readonly socket: Duplex,
    private readonly stdout: Readable,
    ended: Promise<void>,
  ) {
    super({ allowHalfOpen: true, readableHighWaterMark: 256 * 1024, writableHighWaterMark: 256 * 1024 });
    stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    stdout.on('end', () => void this.push(null));
    ended.catch((error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))));
  }

  override _read(): void {
    this.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A full socket is waited for; errors of the socket come through `ended`.
    if (this.socket.write(chunk)) done();
    else this.socket.once('drain', () => done());
  }

  override _final(done: () => void): void {
    this.socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }
}
