import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A connection to the engine at `address`; the docker CLI makes it where the address is no socket of this machine. */
function dial(address: string): Duplex {
  const path = /^unix:\/\/(.+)$/.exec(address)?.[1];
  if (path !== undefined) return connect({ path, allowHalfOpen: true });
  const child = spawn('docker', ['system', 'dial-stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const both = Duplex.from({ readable: child.stdout, writable: child.stdin });
  both.on('close', () => child.kill());
  return both;
}

/**
 * The engine's socket as the extension knows it, in a test's hand: what lies behind is the real engine, which goes on
 * for everybody else while it is off here.
 */
export class EngineSwitch {
  readonly #open = new Set<Duplex>();
  #server: Server | undefined;

  /**
   * @param path where the socket is made
   * @param engine the real engine's address
   */
  constructor(
    private readonly path: string,
    private readonly engine: string,
  ) {}

  /** The address to give to who is to lose the engine. */
  get address(): string {
    return `unix://${this.path}`;
  }

  on(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (near) => this.#join(near, dial(this.engine)));
    this.#server = server;
    return new Promise((resolve, reject) => server.once('error', reject).listen(this.path, resolve));
  }

  /** Ends what goes through, and refuses what comes, as an engine that was killed does. */
  off(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
    for (const stream of this.#open) stream.destroy();
    return closed;
  }

  #join(near: Socket, far: Duplex): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#open.delete(from);
        // What has ended in good order leaves the other end to finish what it has to say.
        if (!from.readableEnded) to.destroy();
      });
      from.pipe(to);
    }
  }
}
