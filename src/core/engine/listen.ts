import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { cancelled } from '../errors';
import { beginningOf } from './local-client';

/** Bytes that are read at once: an event is a few thousand. */
const atOnce = 64 * 1024;

/**
 * Opens an answer that goes on and on by the shortest road: what a socket reads is handed on, with no stream of HTTP's in
 * between, which takes 0.3 ms of CPU for each engine event where the read alone takes 0.1.
 * @param text the request, which has to be of HTTP/1.0: then an answer is whatever comes after its head
 * @param open holds the connection for as long as it is open: who destroys it ends the answer
 * @returns null where the answer is none that can be read so; ask again by HTTP, which knows what it is
 * @throws the socket's error
 */
export function listen(
  where: NetConnectOpts,
  text: string,
  open: Set<Socket>,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | null> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(cancelled());
      return;
    }
    const heard = new Heard();
    let head: Buffer | null = Buffer.alloc(0);
    /** @returns whether to read on at once */
    const take = (chunk: Buffer): boolean => {
      if (head === null) return heard.add(chunk);
      head = Buffer.concat([head, chunk]);
      const begun = beginningOf(head);
      if (begun === undefined) return true;
      if (begun?.read.statusCode !== 200) {
        resolve(null);
        socket.destroy();
        return false;
      }
      head = null;
      resolve(heard.from(socket));
      return begun.rest.length === 0 || heard.add(begun.rest);
    };
    // The next read goes over the same bytes.
    const callback = (count: number, buffer: Uint8Array): boolean => take(Buffer.from(buffer.subarray(0, count)));
    const socket = connect({ ...where, onread: { buffer: Buffer.alloc(atOnce), callback } });
    open.add(socket);
    const stop = (): void => void socket.destroy(cancelled());
    signal?.addEventListener('abort', stop, { once: true });
    socket.on('error', reject);
    socket.once('close', () => {
      open.delete(socket);
      signal?.removeEventListener('abort', stop);
      heard.end(socket.errored);
      reject(new Error('socket hang up'));
    });
    socket.write(text);
  });
}

/** What was read and not yet taken: of what comes while nobody waits for it one read, and the rest stays with the engine. */
class Heard {
  readonly #chunks: Buffer[] = [];
  #over: { readonly error: Error | null } | undefined;
  /** Of who waits. */
  #wake: (() => void) | undefined;
  #isLeft = false;

  /** @returns whether to read on: else who takes it has the socket do so */
  add(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#isLeft = this.#wake === undefined;
    this.#awake();
    return !this.#isLeft;
  }

  end(error: Error | null): void {
    this.#over = { error };
    this.#awake();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** All of it as it comes; who takes no more ends the connection. @throws what broke it */
  async *from(socket: Socket): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        yield* this.#chunks.splice(0);
        if (this.#chunks.length > 0) continue;
        if (this.#over?.error != null) throw this.#over.error;
        if (this.#over !== undefined) return;
        const more = new Promise<void>((resolve) => (this.#wake = resolve));
        if (this.#isLeft) socket.resume();
        await more;
      }
    } finally {
      socket.destroy();
    }
  }
}
