import { Duplex } from 'node:stream';
import { FrameError, FrameParser, joined } from './frames';

/** Told of what a process says beside its stream, and of how its connection ended. */
export interface ProcessStreamOptions {
  /** A part of its stderr. */
  readonly onStderr: (data: Buffer) => void;
  /** The engine's stream is over: with an error where it broke. Called once. */
  readonly onEnd: (error?: Error) => void;
}

/**
 * A process's stdin and stdout on the engine's hijacked connection, with nothing in between but the frames: written as it
 * is, read as one piece for each chunk of the connection. Ending it closes stdin alone; destroying it lets go of the
 * connection.
 */
export class ProcessStream extends Duplex {
  readonly #parser: FrameParser;
  readonly #onEnd: ProcessStreamOptions['onEnd'];
  /**
   * The payload of the chunk that is being taken apart. Who reads takes packets apart that span frames: in one piece, most
   * lie in it whole and need not be put together.
   */
  #piece: Buffer | undefined;
  #over = false;

  constructor(
    private readonly socket: Duplex,
    { onStderr, onEnd }: ProcessStreamOptions,
  ) {
    super({ allowHalfOpen: true, readableHighWaterMark: 256 * 1024, writableHighWaterMark: 256 * 1024 });
    this.#onEnd = onEnd;
    this.#parser = new FrameParser((stream, data) => {
      if (stream === 2) onStderr(data);
      else this.#piece = this.#piece === undefined ? data : joined(this.#piece, data);
    });
    socket.on('data', (chunk: Buffer) => this.#attempt(() => this.#take(chunk)));
    socket.on('end', () =>
      this.#attempt(() => {
        this.#parser.end();
        this.#finish();
      }),
    );
    socket.on('error', (error) => this.#finish(error));
    socket.on('close', () => this.#finish(new FrameError('The engine’s stream was cut off')));
  }

  override _read(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#hold();
    this.#sent(this.socket.write(chunk), done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#hold();
    let room = true;
    for (const { chunk } of chunks) room = this.socket.write(chunk);
    this.#sent(room, done);
  }

  override _final(done: () => void): void {
    this.socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    try {
      this.#parser.push(chunk);
    } finally {
      const piece = this.#piece;
      this.#piece = undefined;
      if (piece !== undefined && !this.destroyed && !this.push(piece)) this.socket.pause();
    }
  }

  /**
   * What one turn of the event loop writes goes out in one call: SSH writes each packet in three parts, two of them tiny, and
   * one packet often brings the next, an end of input after an order or an opening after an end. What fills the socket does
   * not wait for that.
   */
  #hold(): void {
    if (this.socket.writableCorked > 0) return;
    this.socket.cork();
    setImmediate(() => this.#release());
  }

  #release(): void {
    if (this.socket.writableCorked > 0) this.socket.uncork();
  }

  /** A full socket is waited for; its errors come by its end. */
  #sent(room: boolean, done: () => void): void {
    if (room) {
      done();
      return;
    }
    process.nextTick(() => this.#release());
    this.socket.once('drain', () => done());
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#finish(error as FrameError);
    }
  }

  #finish(error?: Error): void {
    if (this.#over) return;
    this.#over = true;
    if (error === undefined) {
      if (!this.destroyed) this.push(null);
    } else {
      this.destroy(error);
    }
    this.#onEnd(error);
  }
}
