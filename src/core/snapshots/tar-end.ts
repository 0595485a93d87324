import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';

/** Two empty blocks end every tar archive. */
const endBytes = 1024;

/**
 * Passes a tar archive on and remembers how it ended. An engine whose reading was cut short, as by a file that shrank, ends
 * its answer as if all were well; only the archive's own end is missing then.
 */
export class TarEnd extends Transform {
  #tail: Buffer = Buffer.alloc(0);
  #bytes = 0;

  /** Once all has passed: whether it is a whole archive. */
  get isWhole(): boolean {
    return this.#bytes >= endBytes && this.#bytes % 512 === 0 && this.#tail.every((byte) => byte === 0);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    this.#tail =
      chunk.length >= endBytes ? chunk.subarray(-endBytes) : Buffer.concat([this.#tail, chunk]).subarray(-endBytes);
    done(null, chunk);
  }
}
