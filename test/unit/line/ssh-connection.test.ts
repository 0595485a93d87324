import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { Engine } from '../../../src/core/engine/types';
import { createHome } from '../../../src/core/home';
import { connectBySsh } from '../../../src/core/line/ssh-connection';

describe('A connection', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'berth-connection-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  it('fails where the container ends between sshd’s first word and the login, though its input stays open', async () => {
    // As a container that stops by itself leaves it; no real one can be made to stop between the two.
    const stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        if (chunk.toString('latin1').startsWith('SSH-')) stream.push(null);
        else stream.push('SSH-2.0-OpenSSH_9.2\r\n');
        done();
      },
    });
    const engine = {
      execStream: () => Promise.resolve({ stream, stderr: () => '', exit: Promise.resolve(0) }),
      inspectContainer: () => Promise.resolve({ state: 'running' }),
    } as unknown as Engine;
    const home = createHome({ BERTH_HOME: folder });
    const target = {
      ...{ containerId: 'c', projectId: 'abcdef123456', alias: 'x.berth', user: 'dev' },
      ...{ workspacePath: '/workspace', environment: {} },
    };
    await assert.rejects(connectBySsh(engine, home, target, { environment: {} }), { code: 'line_failed' });
  });
});
