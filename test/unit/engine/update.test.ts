import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../../../src/core/engine/api';
import { createClient } from '../../../src/core/engine/client';
import { updateBody, updateContainer } from '../../../src/core/engine/update';

describe('other limits for a container', () => {
  it('name what changes alone, with as much swap again as memory', () => {
    assert.deepEqual(updateBody({ cpus: 0.3 }), { NanoCpus: 300_000_000 });
    assert.deepEqual(updateBody({ memoryBytes: 1024, pids: 5 }), { Memory: 1024, MemorySwap: 2048, PidsLimit: 5 });
    assert.deepEqual(updateBody({ restartAttempts: 0 }), { RestartPolicy: { Name: 'no' } });
  });

  /** What is made of an engine's answer: the error's code, or its warnings. */
  async function made(status: number, answer: string): Promise<unknown> {
    const folder = mkdtempSync(join(tmpdir(), 'berth-update-'));
    const path = join(folder, 'engine.sock');
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(answer));
    });
    await new Promise<void>((listening) => server.listen(path, listening));
    const endpoint = { url: `unix://${path}`, source: 'test' };
    const api = new Api(await createClient(endpoint, '1.41'), endpoint);
    try {
      return await updateContainer(api, 'c0ffee', { memoryBytes: 2 ** 23 });
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    } finally {
      api.dispose();
      server.close();
      rmSync(folder, { recursive: true });
    }
  }

  const message = (text: string): string => JSON.stringify({ message: text });
  const answers: readonly [string, number, string, unknown][] = [
    ['an older Podman, which has no such call', 404, 'Not Found', 'engine_unsupported'],
    ['an engine that has another verb there', 405, message('method not allowed'), 'engine_unsupported'],
    ['a container that is gone', 404, message('No such container: c0ffee'), 'container_gone'],
    [
      'runc under cgroup v1',
      500,
      message('unable to set memory limit to 1 (current usage: 2, peak usage: 3)'),
      'memory_in_use',
    ],
    ['the kernel', 500, message('write memory.limit_in_bytes: device or resource busy'), 'memory_in_use'],
    ['any other failure', 500, message('something else'), 'engine_error'],
    ['a warning', 200, JSON.stringify({ Warnings: ['no swap'] }), ['no swap']],
    ['no warning', 200, JSON.stringify({ Warnings: null }), []],
  ];
  for (const [what, status, answer, expected] of answers) {
    it(`tell ${what} from the others`, async () => assert.deepEqual(await made(status, answer), expected));
  }
});
