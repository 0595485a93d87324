import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBriefEngine } from '../../../src/core/engine/brief';
import { execFirst } from '../../../src/core/engine/first';
import type { KnownInfo } from '../../../src/core/engine/known';
import { bootstrapExec } from '../../../src/core/line/bootstrap';

const head = (status: string): string => `HTTP/1.0 ${status}\r\nServer: Docker/1 (linux)\r\nApi-Version: 1.41\r\n\r\n`;
const id = 'ab'.repeat(32);

describe('engine: what is asked before the rest is loaded', () => {
  let dir = '';
  let server: Server | undefined;
  let asked: string[] = [];
  const clients = new Set<Socket>();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'berth-first-'));
    asked = [];
  });
  afterEach(() => {
    server?.close();
    for (const client of clients) client.destroy();
    rmSync(dir, { recursive: true });
  });

  /** An engine that gives these answers, by how a call begins; what it has none for it lets wait. */
  async function engine(answers: Readonly<Record<string, string>>) {
    const socketPath = join(dir, 'engine.sock');
    server = createServer((client) => {
      clients.add(client.on('error', () => undefined));
      client.once('data', (data) => {
        const call = data.toString().split(' HTTP', 1)[0] ?? '';
        asked.push(call.replace('/v1.41', ''));
        const answer = Object.entries(answers).find(([begins]) => call.startsWith(begins))?.[1];
        if (answer === undefined) return;
        // A stream stays open.
        if (answer.includes(' 101 ')) client.write(answer);
        else client.end(answer);
      });
    }).listen(socketPath);
    await once(server, 'listening');
    const known = { info: { apiVersion: '1.41' } as KnownInfo, mark: 'Docker/1 (linux) API 1.41' };
    const at = { url: `unix://${socketPath}`, known };
    return createBriefEngine({ ...at, sent: await execFirst(at, 'c1', bootstrapExec) });
  }

  const making = 'POST /v1.41/containers/c1/exec';
  const starting = 'POST /v1.41/exec/';
  const made = `${head('201 Created')}{"Id":"${id}"}\n`;
  const started = `${head('101 UPGRADED')}\u0001\0\0\0\0\0\0\u0003SSH`;
  const calls = ['GET /containers/c1/json', 'POST /containers/c1/exec', `POST /exec/${id}/start`];

  it('is taken over word for word by who asks the same: nothing is asked twice', async () => {
    const brief = await engine({ [making]: made, [starting]: started, GET: `${head('404 Not Found')}{}` });
    const { stream } = await brief.execStream('c1', bootstrapExec);
    stream.on('error', () => undefined);
    const [said] = (await once(stream, 'data')) as [Buffer];
    assert.equal(said.toString(), 'SSH');
    assert.equal(await brief.inspectContainer('c1'), null);
    assert.deepEqual(asked.toSorted(), calls);
    // Once: another one is asked for anew.
    assert.equal(await brief.inspectContainer('c1'), null);
    assert.deepEqual(asked.toSorted(), [calls[0], ...calls]);
    brief.dispose();
  });

  it('has its failure told to who takes it over', async () => {
    const brief = await engine({ [making]: `${head('404 Not Found')}{"message":"no such container"}` });
    await assert.rejects(brief.execStream('c1', bootstrapExec), { code: 'container_gone' });
    assert.deepEqual(asked.toSorted(), calls.slice(0, 2));
    brief.dispose();
  });

  it('is let go with the client where nobody asks for it', async () => {
    const brief = await engine({ [making]: made });
    const over = once(server ?? assert.fail(), 'close');
    server?.close();
    brief.dispose();
    await over;
  });
});
