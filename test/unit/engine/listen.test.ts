import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../../../src/core/engine/api';
import { isCancelled } from '../../../src/core/errors';
import { createClient } from '../../../src/core/engine/client';
import { listen } from '../../../src/core/engine/listen';

const head = 'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n';

describe('an answer of the engine’s that goes on and on', () => {
  let root: string;
  const servers: Server[] = [];
  const open = new Set<Socket>();
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'berth-listen-'))));
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    rmSync(root, { recursive: true });
  });
  const at = (): string => join(root, 'engine.sock');
  const serve = async (server: Server): Promise<void> => {
    servers.push(server);
    await once(server.listen(at()), 'listening');
  };
  /** An engine that says whatever a test has it say, to each who asks. */
  const speaking = (speak: (socket: Socket) => void): Promise<void> =>
    serve(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => speak(socket));
      }),
    );
  const opened = async (signal?: AbortSignal) => {
    const chunks = await listen({ path: at() }, 'GET /events HTTP/1.0\r\n\r\n', open, signal);
    assert.ok(chunks !== null);
    return chunks;
  };
  const textOf = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return Buffer.concat(parts).toString();
  };

  it('is what comes after its head, however that is cut', async () => {
    await speaking((socket) => {
      const bytes = head.split('').concat('{"a":1}\n', '{"b":2}\n');
      const next = (): void => {
        const byte = bytes.shift();
        if (byte === undefined) socket.end();
        else socket.write(byte, () => setImmediate(next));
      };
      next();
    });
    assert.equal(await textOf(await opened()), '{"a":1}\n{"b":2}\n');
  });

  it('waits with the engine while nobody takes it, and loses nothing', async () => {
    const line = `${'x'.repeat(99_999)}\n`;
    const lines = 200;
    let written = false;
    await speaking((socket) => {
      socket.write(head);
      for (let count = 0; count < lines; count += 1) socket.write(line);
      socket.end(() => (written = true));
    });
    const chunks = await opened();
    for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(written, false, 'all of it was read before anybody asked');
    assert.equal((await textOf(chunks)).length, lines * line.length);
  });

  it('ends with who takes it, with its signal, and with its connection', async () => {
    let ended = 0;
    let wake: () => void = () => undefined;
    const sockets: Socket[] = [];
    await speaking((socket) => {
      sockets.push(socket);
      socket.on('close', () => {
        ended += 1;
        wake();
      });
      socket.write(`${head}first\n`);
    });
    const until = async (count: number): Promise<void> => {
      while (ended < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    for await (const chunk of await opened()) {
      assert.equal(Buffer.from(chunk).toString(), 'first\n');
      break;
    }
    await until(1);
    const stop = new AbortController();
    const stopped = textOf(await opened(stop.signal));
    stop.abort();
    await assert.rejects(stopped, isCancelled);
    await until(2);
    const cut = textOf(await opened());
    sockets.at(-1)?.end();
    assert.equal(await cut, 'first\n');
    await assert.rejects(listen({ path: `${at()}.none` }, '', open), { code: 'ENOENT' });
    await assert.rejects(opened(stop.signal), isCancelled);
    // None is held for longer than it is open.
    while (open.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('ends with its client, as where another engine is chosen', async () => {
    await speaking((socket) => socket.write(`${head}first\n`));
    const client = await createClient({ url: `unix://${at()}`, source: 'test' }, '1.41');
    const chunks = await client.listen({ method: 'GET', path: '/events', headers: {} });
    const heard: string[] = [];
    for await (const chunk of chunks) {
      heard.push(Buffer.from(chunk).toString());
      client.dispose();
    }
    assert.deepEqual(heard, ['first\n']);
  });

  it('is asked for by HTTP where an engine speaks no HTTP/1.0, which also knows what a refusal says', async () => {
    await speaking((socket) => {
      // As a proxy does that does not look at the version.
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"a":1}\n\r\n0\r\n\r\n');
    });
    const endpoint = { url: `unix://${at()}`, source: 'test' };
    const client = await createClient(endpoint, '1.41');
    assert.equal(await textOf(await client.listen({ method: 'GET', path: '/events', headers: {} })), '{"a":1}\n');
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await serve(
      createHttpServer((_, response) => {
        response.writeHead(500).end('{"message":"not today"}');
      }),
    );
    await assert.rejects(new Api(client, endpoint).listen('/events', { doing: 'listen' }), /not today/);
    client.dispose();
  });
});
