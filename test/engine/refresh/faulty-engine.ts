import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { engineUrl } from '../engine/fixture';

/** A road to the engine under test that can be cut: at a chosen request, for good until it is mended. */
export class FaultyEngine {
  /** What changed something, in order: `POST /containers/create`, ids and names left out. */
  readonly changes: string[] = [];
  readonly #sockets = new Set<Socket>();
  #cutAt = Infinity;
  #isCut = false;
  #onHalt: (() => void) | undefined;
  readonly #streams = new Set<Socket>();
  #isSilent = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(dir: string): Promise<FaultyEngine> {
    const target = /^unix:\/\/(.+)$/.exec(engineUrl())?.[1];
    if (target === undefined) throw new Error('These tests want an engine on a socket of this machine');
    const path = join(dir, 'faulty.sock');
    // A command's stdin may end long before its output does.
    const server = createServer({ allowHalfOpen: true });
    const faulty = new FaultyEngine(server, `unix://${path}`);
    server.on('connection', (socket) => faulty.#carry(socket, target));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return faulty;
  }

  /** Lets so many changes through from now on, then cuts every connection and refuses new ones. */
  cutAfter(changes: number): void {
    this.changes.length = 0;
    this.#cutAt = changes;
    this.#onHalt = undefined;
  }

  /** Lets so many changes through from now on; the next one never reaches the engine, and is told of. All else goes on. */
  haltAfter(changes: number, onHalt: () => void): void {
    this.cutAfter(changes);
    this.#onHalt = onHalt;
  }

  /** Ends every stream of events, and refuses new ones until it is mended. */
  silence(): void {
    this.#isSilent = true;
    for (const socket of this.#streams) socket.destroy();
  }

  /** @returns whether it had been cut */
  mend(): boolean {
    const was = this.#isCut;
    this.#isCut = this.#isSilent = false;
    this.#cutAt = Infinity;
    return was;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #carry(near: Socket, target: string): void {
    this.#sockets.add(near);
    near.on('error', () => undefined).on('close', () => this.#sockets.delete(near));
    if (this.#isCut) return void near.destroy();
    // Each connection carries one request, since a local engine's are not kept.
    near.once('data', (chunk: Buffer) => {
      const [, method = '', path = ''] = /^([A-Z]+) (?:\/v[\d.]+)?([^ ?]*)/.exec(chunk.toString('latin1')) ?? [];
      const change = `${method} ${path.replace(/^(\/\w+)\/[^/]+/, (whole, kind: string) => (whole.endsWith('/create') ? whole : kind))}`;
      const isChange = method !== 'GET' && !/exec|\/wait|\/volumes/.test(path);
      if (isChange && this.changes.length >= this.#cutAt) {
        if (this.#onHalt === undefined) this.#cut();
        else this.#onHalt();
        return;
      }
      if (path === '/events') {
        if (this.#isSilent) return void near.destroy();
        this.#streams.add(near);
        near.on('close', () => this.#streams.delete(near));
      }
      if (isChange) this.changes.push(change);
      const far = createConnection({ path: target, allowHalfOpen: true });
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.on('close', () => far.destroy());
      far.write(chunk);
      near.pipe(far).pipe(near);
    });
  }

  #cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}
