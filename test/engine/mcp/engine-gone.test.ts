import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Bed, engineUrl } from '../cli/bed';
import { Session } from './bed';

/** A road to the test engine that can be closed. */
class Road {
  readonly #path: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(folder: string) {
    this.#path = join(folder, 'road.sock');
  }

  get url(): string {
    return `unix://${this.#path}`;
  }

  async open(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(new URL(engineUrl()).pathname);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    });
    this.#server.listen(this.#path);
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(server, 'close');
  }
}

describe('an agent’s session whose engine goes away', function () {
  this.timeout(60_000);
  const bed = new Bed();
  const road = new Road(bed.dir);
  after(async () => {
    await road.close();
    await bed.dispose();
  });

  it('is told so by each tool, without where the engine was, and goes on when it is back', async () => {
    const session = await Session.open(bed, '2026', { DOCKER_HOST: road.url });
    try {
      const early = await session.call('list', {});
      assert.equal(early.error?.code, 'engine_unreachable', 'one that was never there');
      await road.open();
      assert.deepEqual(await session.value('list', {}), { containers: [], agents: [] });
      await road.close();
      for (const [tool, input] of [
        ['list', {}],
        ['spawn', { key: 'one' }],
        ['exec', { container: 'one', argv: ['true'] }],
        ['snapshot_list', {}],
      ] as const) {
        const { error } = await session.call(tool, input);
        assert.equal(error?.code, 'engine_unreachable', tool);
        assert.ok(error.message.endsWith('.') && error.hint.endsWith('.'));
        assert.ok(!JSON.stringify(error).includes(bed.dir), error.message);
      }
      await road.open();
      assert.deepEqual(await session.value('list', {}), { containers: [], agents: [] });
    } finally {
      await session.close();
    }
  });
});
