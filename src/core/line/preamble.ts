import { nothing, Relay, type Source } from './relay';

/** A start script that has not told its line within this many bytes never will: what comes is passed on as it is. */
const giveUpAfter = 64 * 1024;

/**
 * Takes the start script's one line (see wrap.ts) out of a command's stderr, or out of its terminal. What comes before
 * it is not the command's: a login shell's start files may print.
 */
export class Preamble extends Relay {
  /** The process id; `no_folder` where the working folder is not there; `stopping` where the container is about to stop; null where the start ended without a word. */
  readonly told: Promise<number | 'no_folder' | 'stopping' | null>;
  #tell: (what: number | 'no_folder' | 'stopping' | null) => void = () => undefined;
  #held: Buffer | null = nothing;
  readonly #mark: Buffer;

  constructor(from: Source, nonce: string) {
    super(from);
    this.#mark = Buffer.from(`\u001e${nonce} `);
    this.told = new Promise((resolve) => (this.#tell = resolve));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#tell(null);
    super._destroy(error, done);
  }

  protected override sift(chunk: Buffer): Buffer {
    if (this.#held === null) return chunk;
    const held = Buffer.concat([this.#held, chunk]);
    const start = held.indexOf(this.#mark);
    const end = start < 0 ? -1 : held.indexOf('\n', start);
    if (end >= 0) {
      const word = held.toString('latin1', start + this.#mark.length, end).trim();
      this.#tell(word === '-' ? 'no_folder' : word === '!' ? 'stopping' : Number(word));
      this.#held = null;
      return held.subarray(end + 1);
    }
    if (held.length > giveUpAfter) {
      this.#tell(null);
      this.#held = null;
      return held;
    }
    this.#held = held;
    return nothing;
  }

  protected override remains(): Buffer {
    this.#tell(null);
    return this.#held ?? nothing;
  }
}
