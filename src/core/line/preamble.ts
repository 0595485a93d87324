import { Transform, type TransformCallback } from 'node:stream';

/** A start script that has not told its line within this many bytes never will: what comes is passed on as it is. */
const giveUpAfter = 64 * 1024;

/**
 * Takes the start script's one line (see wrap.ts) out of a command's stderr, or out of its terminal. What comes before
 * it is not the command's: a login shell's start files may print.
 */
export class Preamble extends Transform {
  /** The process id; `no_folder` where the working folder is not there; `stopping` where the container is about to stop; null where the start ended without a word. */
  readonly told: Promise<number | 'no_folder' | 'stopping' | null>;
  #tell: (what: number | 'no_folder' | 'stopping' | null) => void = () => undefined;
  #held: Buffer | null = Buffer.alloc(0);
  readonly #mark: Buffer;

  constructor(nonce: string) {
    super({ highWaterMark: 256 * 1024 });
    this.#mark = Buffer.from(`\u001e${nonce} `);
    this.told = new Promise((resolve) => (this.#tell = resolve));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#held === null) {
      done(null, chunk);
      return;
    }
    const held = Buffer.concat([this.#held, chunk]);
    const start = held.indexOf(this.#mark);
    const end = start < 0 ? -1 : held.indexOf('\n', start);
    if (end >= 0) {
      const word = held.toString('latin1', start + this.#mark.length, end).trim();
      this.#tell(word === '-' ? 'no_folder' : word === '!' ? 'stopping' : Number(word));
      this.#release(held.subarray(end + 1));
    } else if (held.length > giveUpAfter) {
      this.#tell(null);
      this.#release(held);
    } else {
      this.#held = held;
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#tell(null);
    if (this.#held !== null) this.#release(this.#held);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#tell(null);
    done(error);
  }

  #release(rest: Buffer): void {
    this.#held = null;
    if (rest.length > 0) this.push(rest);
  }
}
