import { Readable } from 'node:stream';

/** 1 stdout, 2 stderr, as the engine numbers them; stdin's echo (0) counts as stdout. */
export type FrameStream = 1 | 2;

/** The engine's stream broke its own format, or the engine put a message of its own into it. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/**
 * Parses the engine's multiplexed stream: frames of an 8-byte header (stream, three zeros, length as big-endian
 * 32 bits) and a payload. Payloads are handed on as slices of the chunks they came in: no byte is copied or kept.
 */
export class FrameParser {
  readonly #header = Buffer.alloc(8);
  #have = 0;
  #stream: FrameStream = 1;
  #left = 0;
  /** A message of the engine's own (stream 3) as far as it has come. */
  #complaint: Buffer[] | undefined;

  constructor(private readonly onData: (stream: FrameStream, data: Buffer) => void) {}

  /** @throws FrameError */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const data = chunk.subarray(at, at + this.#left);
        at += data.length;
        this.#left -= data.length;
        this.#payload(data);
      } else {
        const taken = chunk.copy(this.#header, this.#have, at, at + 8 - this.#have);
        at += taken;
        this.#have += taken;
        if (this.#have === 8) this.#begin();
      }
    }
  }

  /** @throws FrameError when the stream ended within a frame */
  end(): void {
    if (this.#left > 0 || this.#have > 0) throw new FrameError('The engine’s stream ended within a frame');
  }

  #begin(): void {
    this.#have = 0;
    const kind = this.#header[0] ?? 0;
    if (kind > 3 || this.#header.readUIntBE(1, 3) !== 0) {
      throw new FrameError('The engine’s stream is not made of frames');
    }
    this.#left = this.#header.readUInt32BE(4);
    this.#complaint = kind === 3 ? [] : undefined;
    this.#stream = kind === 2 ? 2 : 1;
  }

  #payload(data: Buffer): void {
    if (this.#complaint === undefined) {
      this.onData(this.#stream, data);
      return;
    }
    this.#complaint.push(data);
    if (this.#left === 0) throw new FrameError(Buffer.concat(this.#complaint).toString());
  }
}

/**
 * Two payloads of one chunk as one, moved together over the header between them, in the chunk's own memory: `next` must lie
 * behind `piece` in it, and nobody else may need what is between.
 */
export function joined(piece: Buffer, next: Buffer): Buffer {
  const whole = Buffer.from(piece.buffer, piece.byteOffset, piece.length + next.length);
  whole.set(next, piece.length);
  return whole;
}

/** A multiplexed stream taken apart. */
export interface Demultiplexed {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the source has ended and all of it was handed to the two streams; rejects when it broke. */
  readonly ended: Promise<void>;
}

/**
 * Takes a multiplexed stream apart. A reader that falls behind on either output holds the source back, so both
 * must be read (or destroyed, or resumed). Both outputs end normally even when the source breaks: `ended` tells.
 */
export function demultiplex(source: Readable): Demultiplexed {
  const outputs = { 1: new Output(source), 2: new Output(source) } as const;
  outputs[1].twin = outputs[2];
  outputs[2].twin = outputs[1];
  let pending: { stream: FrameStream; data: Buffer }[] = [];
  const parser = new FrameParser((stream, data) => {
    const last = pending.at(-1);
    if (last?.stream === stream) last.data = joined(last.data, data);
    else pending.push({ stream, data });
  });
  // A chunk makes one push for each run of the same stream, not one a frame.
  const hand = (): void => {
    for (const { stream, data } of pending) outputs[stream].accept(data);
    pending = [];
  };

  const ended = new Promise<void>((resolve, reject) => {
    let over = false;
    const finish = (error?: Error): void => {
      if (over) return;
      over = true;
      hand();
      outputs[1].finish();
      outputs[2].finish();
      if (error === undefined) {
        resolve();
        return;
      }
      source.destroy();
      reject(error);
    };
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        finish(error as FrameError);
      }
    };
    source.on('data', (chunk: Buffer) =>
      attempt(() => {
        parser.push(chunk);
        hand();
      }),
    );
    source.on('end', () =>
      attempt(() => {
        parser.end();
        finish();
      }),
    );
    source.on('error', finish);
    source.on('close', () => finish(new FrameError('The engine’s stream was cut off')));
  });
  // Who wants to know asks; a caller that reads only the outputs must not bring the process down.
  ended.catch(() => undefined);
  return { stdout: outputs[1], stderr: outputs[2], ended };
}

/** One of the two outputs; resumes the source when both have room. */
class Output extends Readable {
  twin: Output | undefined;
  full = false;

  constructor(private readonly source: Readable) {
    super({ highWaterMark: 256 * 1024 });
  }

  accept(data: Buffer): void {
    if (this.destroyed) return;
    this.full = !this.push(data);
    if (this.full) this.source.pause();
  }

  finish(): void {
    this.full = false;
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.full = false;
    this.#resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.full = false;
    this.#resume();
    done(error);
  }

  #resume(): void {
    if (this.twin?.full !== true && this.source.isPaused()) this.source.resume();
  }
}
