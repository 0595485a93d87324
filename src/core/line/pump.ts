import type { Duplex, Readable, Writable } from 'node:stream';

/** ssh’s side of a connection. */
export interface Pumped {
  /** ssh's bytes. */
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Sees how much comes from ssh. */
  readonly onInput?: (bytes: number) => void;
}

/**
 * Both directions with back-pressure; ssh's end of input goes on to sshd, and sshd's end is the end of all.
 * @returns who ended it: `container` where sshd went away while ssh was still there
 */
export function pump(
  stream: Duplex,
  { stdin, stdout, onInput }: Pumped,
  signal?: AbortSignal,
): Promise<'ssh' | 'container'> {
  return new Promise((resolve, reject) => {
    let first: 'ssh' | 'container' | undefined;
    const onData = (chunk: Buffer): void => onInput?.(chunk.length);
    const settle = (error?: Error): void => {
      signal?.removeEventListener('abort', onAbort);
      stdin.off('data', onData);
      stdin.unpipe(stream);
      stdin.pause();
      stream.destroy();
      if (error === undefined) resolve(first ?? 'container');
      else reject(error);
    };
    const sshEnded = (): void => void (first ??= 'ssh');
    const onAbort = (): void => {
      sshEnded();
      settle();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.once('end', () => {
      first ??= 'container';
      // What was written last must be out before the process may end.
      if (stdout.writableLength === 0) settle();
      else stdout.once('drain', () => settle());
    });
    stream.once('error', settle).once('close', () => settle());
    // ssh went away.
    stdout.once('error', onAbort);
    stdin.once('end', sshEnded);
    stdin.once('error', () => {
      sshEnded();
      stream.end();
    });
    if (onInput !== undefined) stdin.on('data', onData);
    stdin.pipe(stream);
    stream.pipe(stdout, { end: false });
  });
}
