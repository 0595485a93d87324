import { Readable } from 'node:stream';

/** Where a command's output comes from: a stream, or a part of one. Its listeners are told `end` or `close` when there is no more. */
export interface Source {
  on(event: 'data', listener: (chunk: Buffer) => void): this;
  on(event: 'end' | 'close' | 'error', listener: () => void): this;
  pause(): void;
  resume(): void;
}

/**
 * A command's output on its way to whoever reads it, at the reader's pace. It outlives the stream that it takes from, and
 * ends even where that breaks; a reader who goes away does not leave the writer inside the container blocked.
 */
export class Relay extends Readable {
  /** Resolves once all that will ever come is here, or is wanted no more. */
  readonly whole: Promise<void>;
  #whole: () => void = () => undefined;
  #isWhole = false;
  #isDropped = false;
  #takesAll = false;

  /** `until`: takes all there is before that, though nobody reads yet. */
  constructor(
    private readonly from: Source,
    until?: Promise<unknown>,
  ) {
    super({ highWaterMark: 256 * 1024 });
    this.whole = new Promise((resolve) => (this.#whole = resolve));
    from.on('data', (chunk: Buffer) => {
      if (this.#isWhole || this.#isDropped) return;
      const kept = this.sift(chunk);
      if (kept.length > 0 && !this.push(kept) && !this.#takesAll) from.pause();
    });
    const over = (): void => this.finish();
    from.on('end', over).on('error', over).on('close', over);
    if (until === undefined) return;
    this.#takesAll = true;
    void until.then(() => {
      this.#takesAll = false;
      if (this.readableLength >= this.readableHighWaterMark) from.pause();
    });
  }

  /** Whether all has come, to its end. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Nothing comes any more; what is here can still be read. */
  finish(): void {
    if (this.#isWhole || this.#isDropped) return;
    const rest = this.remains();
    if (rest.length > 0) this.push(rest);
    this.#isWhole = true;
    this.#whole();
    this.push(null);
  }

  override _read(): void {
    this.from.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#isDropped = true;
    this.#whole();
    this.from.resume();
    done(error);
  }

  /** What of a chunk is for the reader. */
  protected sift(chunk: Buffer): Buffer {
    return chunk;
  }

  /** What was held back until the end. */
  protected remains(): Buffer {
    return nothing;
  }
}

export const nothing = Buffer.alloc(0);
