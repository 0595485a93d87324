import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { glanceAtImage, readAnswer } from '../../../src/core/engine/glance';

const head = 'HTTP/1.0 200 OK\r\nServer: Docker/20.10 (linux)\r\nApi-Version: 1.41\r\n';

describe('engine: a glance at an image', () => {
  let dir = '';
  let server: Server | undefined;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'berth-glance-'))));
  afterEach(() => {
    server?.close();
    rmSync(dir, { recursive: true });
  });

  /** What comes of an engine that answers so; null: it takes the question and says nothing. */
  async function glance(answer: string | null) {
    const socket = join(dir, 'engine.sock');
    server = createServer((client) => {
      client.on('error', () => undefined);
      client.once('data', () => (answer === null ? undefined : client.end(answer)));
    }).listen(socket);
    await once(server, 'listening');
    return glanceAtImage({ url: `unix://${socket}`, apiVersion: '1.41' }, 'berth/plain:1', answer === null ? 20 : 5000);
  }

  it('tells the image and the engine', async () => {
    const body = JSON.stringify({ Id: 'sha256:1', Config: { Labels: { name: 'ü' } } });
    const found = { mark: 'Docker/20.10 (linux) API 1.41', id: 'sha256:1', labels: { name: 'ü' } };
    assert.deepEqual(await glance(`${head}\r\n${body}`), found);
  });

  const silent: readonly (readonly [name: string, answer: string | null])[] = [
    ['has no such image', `${head.replace('200 OK', '404 Not Found')}\r\n{"Id":"sha256:1"}`],
    ['does not say which it is', 'HTTP/1.0 200 OK\r\n\r\n{"Id":"sha256:1"}'],
    ['is cut short', `${head}\r\n{"Id":"sha2`],
    ['says nothing at all', ''],
    ['does not answer', null],
  ];
  for (const [name, answer] of silent) {
    it(`tells nothing of an engine that ${name}`, async () => assert.equal(await glance(answer), null));
  }

  it('tells nothing where no engine is', async () => {
    assert.equal(await glanceAtImage({ url: `unix://${dir}/none.sock`, apiVersion: '1.41' }, 'a:b', 5000), null);
  });

  it('does not take an answer in chunks for a whole one', () => {
    assert.equal(readAnswer(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`), null);
    assert.equal(readAnswer(`${head}\r\n{}`)?.body, '{}');
  });
});
