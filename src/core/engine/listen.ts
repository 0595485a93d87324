import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { cancelled } from '../errors';
import { beginningOf } from './local-client';

/** Bytes that are read at once: an event is a few thousand. */
const atOnce = 64 * 1024;
/** Reads that may lie here unheard before the rest is left with the engine. */
const most = 64;

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

/** What was read and not yet taken. */
class Heard {
  #chunks: Buffer[] = [];
  #over: { readonly error: Error | null } | undefined;
  #wake: () => void = () => undefined;

  /** @returns whether there is room for more */
  add(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#wake();
    return this.#chunks.length < most;
  }

  end(error: Error | null): void {
    this.#over = { error };
    this.#wake();
  }

  /** All of it as it comes; who takes no more ends the connection. @throws what broke it */
  async *from(socket: Socket): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const chunks = this.#chunks;
        this.#chunks = [];
        yield* chunks;
        if (chunks.length >= most) socket.resume();
        if (this.#chunks.length > 0) continue;
        if (this.#over?.error != null) throw this.#over.error;
        if (this.#over !== undefined) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      socket.destroy();
    }
  }
}
