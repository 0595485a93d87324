import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { createEngineConnection, type EngineConnection, type EngineStatus } from '../../../src/core/engine';
import { buildImage } from '../../../src/core/engine/build';
import { Api } from '../../../src/core/engine/api';
import { createClient } from '../../../src/core/engine/client';
import { silentLogger } from '../../../src/core/log';
import { base, connectionTo, engineUrl } from './fixture';
import { PrivateEngine } from './private-engine';

/** Resolves at the first status of this kind from now on. */
function turns(connection: EngineConnection, kind: EngineStatus['kind']): Promise<EngineStatus> {
  return new Promise((done) => {
    const subscription = connection.onDidChangeStatus((status) => {
      if (status.kind !== kind) return;
      subscription.dispose();
      done(status);
    });
  });
}

describe('engine: connecting', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'berth-connect-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('says what the engine is, and which endpoint was taken', async () => {
    const said: string[] = [];
    const log = { log: (_level: string, message: string) => void said.push(message) };
    const connection = createEngineConnection({ env: { DOCKER_HOST: engineUrl() }, log });
    assert.deepEqual(connection.status, { kind: 'connecting', last: null });
    const { info } = await connection.get();
    assert.equal(info.endpoint.source, 'DOCKER_HOST');
    assert.match(info.apiVersion, /^1\.\d+$/);
    assert.ok(info.cpus >= 1 && info.memoryBytes > 0 && info.dataRoot !== '');
    assert.equal(info.local, true);
    assert.ok(said.some((line) => line.includes(engineUrl()) && line.includes('DOCKER_HOST')));
    assert.equal(connection.status.kind, 'connected');
    connection.dispose();
  });

  it('never takes another engine in place of a DOCKER_HOST that does not answer', async () => {
    const url = `unix://${folder}/nobody.sock`;
    const connection = createEngineConnection({ env: { DOCKER_HOST: url }, log: silentLogger });
    await assert.rejects(connection.get(), {
      code: 'engine_unreachable',
      message: `The engine of DOCKER_HOST, ${url}, cannot be reached: no such socket.`,
    });
    assert.equal(connection.status.kind, 'unreachable');
    connection.dispose();
  });

  it('lists every socket it tried where no engine is, and why it was not taken', async () => {
    const script = resolve(__dirname, 'connect-child.ts');
    // Without the machine's own sockets: a mount namespace of its own hides them.
    const hide = 'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/run; exec "$@"';
    const child = spawn('unshare', ['-m', 'sh', '-c', hide, 'sh', process.execPath, '--import', 'tsx', script], {
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told = JSON.parse(await text(child.stdout)) as { code: string; errors: { message: string }[]; tried: number };
    assert.equal(told.code, 'engine_unreachable');
    assert.ok(told.tried >= 8);
    assert.equal(told.errors.length, told.tried);
    for (const owner of ['Docker Engine', 'rootless Docker', 'Docker Desktop', 'Colima', 'Podman']) {
      assert.ok(
        told.errors.some(({ message }) => message.includes(`(${owner}): no such socket`)),
        owner,
      );
    }
  });

  it('tells a refused permission from an engine that is not there, and how to mend it', async () => {
    const socket = join(folder, 'closed.sock');
    const server: Server = createServer().listen(socket);
    await once(server, 'listening');
    chmodSync(folder, 0o755);
    chmodSync(socket, 0o600);
    const script = resolve(__dirname, 'connect-child.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', DOCKER_HOST: `unix://${socket}`, TSX_DISABLE_CACHE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
      uid: 65534,
      gid: 65534,
    });
    const told = JSON.parse(await text(child.stdout)) as { code: string; hint: string; errors: { message: string }[] };
    server.close();
    assert.equal(told.code, 'engine_permission_denied');
    assert.match(told.hint, /group.*rootless/);
    assert.match(told.errors[0]!.message, /closed\.sock.*permission denied/);
  });

  it('does not wait for ever on a socket that accepts and says nothing', async () => {
    const socket = join(folder, 'mute.sock');
    const server: Server = createServer().listen(socket);
    await once(server, 'listening');
    const connection = connectionTo(`unix://${socket}`);
    const stop = new AbortController();
    const asked = connection.get(stop.signal);
    setImmediate(() => stop.abort());
    await assert.rejects(asked, { name: 'AbortError' });
    connection.dispose();
    server.close();
  });

  it('ignores the DOCKER_HOST of its own process when it was told another address', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'nonsense://';
    const connection = connectionTo(engineUrl());
    try {
      await (await connection.get()).ping();
      assert.equal(process.env['DOCKER_HOST'], 'nonsense://');
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
      connection.dispose();
    }
  });
});

describe('engine: a connection lost and found', function () {
  this.timeout(120_000);
  let engine: PrivateEngine;
  before(async () => {
    engine = new PrivateEngine(450);
    await engine.start();
    engine.load(base);
  });
  after(() => engine.dispose());

  it('is one for all who ask at once', async () => {
    const connection = connectionTo(engine.url);
    const engines = await Promise.all([connection.get(), connection.get(), connection.get()]);
    assert.equal(new Set(engines).size, 1);
    connection.dispose();
  });

  it('notices that the engine is gone, keeps what it knew, and heals by itself while somebody watches', async () => {
    const connection = connectionTo(engine.url);
    const found = await connection.get();
    let opened: () => void = () => undefined;
    const open = new Promise<void>((done) => (opened = done));
    const events = found.events({ onOpen: opened }, new AbortController().signal);
    const watching = (async () => {
      while ((await events[Symbol.asyncIterator]().next()).done !== true);
    })();
    watching.catch((error: unknown) => connection.lost(error));
    await open;

    const gone = turns(connection, 'unreachable');
    await engine.stop();
    const status = await gone;
    assert.ok(status.kind === 'unreachable');
    assert.equal(status.error.code, 'engine_unreachable');
    assert.deepEqual(status.last, found.info);
    await assert.rejects(watching, { code: 'engine_unreachable' });
    await assert.rejects(connection.get(), { code: 'engine_unreachable', message: /cannot be reached/ });
    await assert.rejects(found.ping(), { code: 'engine_unreachable' });

    const back = turns(connection, 'connected');
    await engine.start();
    const again = await back;
    assert.ok(again.kind === 'connected');
    await again.engine.ping();
    assert.equal(again.engine.info.id, found.info.id);
    connection.dispose();
  });

  it('never keeps a failure: the next who asks gets the engine that came meanwhile', async () => {
    const connection = connectionTo(engine.url);
    await engine.stop();
    await assert.rejects(connection.get(), { code: 'engine_unreachable' });
    await engine.start();
    await (await connection.get()).ping();
    connection.dispose();
  });

  for (const buildkit of [true, false]) {
    it(`says that the disk is full during a build ${buildkit ? 'with BuildKit' : 'with the classic builder'}`, async () => {
      const connection = connectionTo(engine.url);
      const { info } = await connection.get();
      const api = new Api(await createClient(info.endpoint, info.apiVersion), info.endpoint);
      const dockerfile = `FROM ${base}\nRUN head -c 600M /dev/zero > /big\n`;
      const request = { tag: 'full:1', dockerfile, context: [], buildArgs: {}, labels: {}, noCache: true };
      await assert.rejects(
        buildImage(api, { ...info, buildkit }, request, () => undefined),
        {
          code: 'disk_full',
          message: /disk is full/,
        },
      );
      api.dispose();
      connection.dispose();
    });
  }
});
