import type { ReadStream, WriteStream } from 'node:tty';

/** This process's own three streams. */
export interface Streams {
  readonly stdin: ReadStream & { fd: 0 };
  readonly stdout: WriteStream & { fd: 1 };
  readonly stderr: WriteStream & { fd: 2 };
}

/** 128 + SIGPIPE: what a program gets whose reader has gone, such as `… | head -1`. */
export const brokenPipeCode = 141;

/**
 * Calls back once when the reader of stdout has gone. A broken stderr harms nobody.
 * @param reads whether stdin is used: to make a stream of it takes a moment
 */
export function onBrokenPipe(streams: Streams, gone: () => void, reads = true): void {
  streams.stdout.once('error', gone);
  streams.stdout.on('error', () => undefined);
  streams.stderr.on('error', () => undefined);
  if (reads) streams.stdin.on('error', () => undefined);
}

/** Resolves when all that was written has left this process, or can no longer. */
export async function flush(streams: Streams): Promise<void> {
  await Promise.all(
    [streams.stdout, streams.stderr].map(
      (stream) =>
        new Promise<void>((done) => {
          if (!stream.writable || stream.destroyed) done();
          else stream.write('', () => done());
        }),
    ),
  );
}
