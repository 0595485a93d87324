import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../log';
import type { Disposable } from '../lifetime';
import { listenOnFirst, type Bound } from './bind';
import { carry, type Reach } from './carry';

/** One port of the container on one number of 127.0.0.1, until it is disposed. */
export class Forward implements Disposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(port: number, reach: Reach, log: Logger) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      void carry(socket, port, reach, log);
    });
    // A connection that the system could not hand over; the next one may.
    this.#server.on('error', () => undefined);
  }

  /** @throws what the system said, where none of the numbers could be had */
  listen(candidates: Iterable<number>): Promise<Bound> {
    return listenOnFirst(this.#server, candidates);
  }

  /** Frees the number at once and ends what goes through. */
  dispose(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
