import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createHome, type BerthHome } from '../../../src/core/home';
import { recallEngine, rememberEngine } from '../../../src/core/line/engine-book';
import { sshProxy } from '../../../src/core/line/proxy';

describe('The way to an engine that was written down', () => {
  let home: BerthHome;

  before(async () => {
    home = createHome({ BERTH_HOME: await mkdtemp(join(tmpdir(), 'berth-proxy-')) });
  });

  after(() => rm(home.dir, { recursive: true, force: true }));

  it('tells what is no id from an engine that is not known', async () => {
    await assert.rejects(recallEngine(home, '../secret'), { code: 'bad_usage' });
    await assert.rejects(recallEngine(home, 'abc123'), { code: 'engine_unreachable' });
  });

  it('says which engine does not answer, and what to do about it', async () => {
    const endpoint = { url: `unix://${home.dir}/none.sock`, source: 'DOCKER_HOST' };
    await rememberEngine(home, { info: { id: 'abc124', endpoint } } as Parameters<typeof rememberEngine>[1]);
    let said = '';
    const code = await sshProxy({
      home,
      engineId: 'abc124',
      projectId: 'abc',
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: { write: (text) => (said += text) },
    });
    assert.equal(code, 255);
    assert.match(
      said,
      /^berth: The engine of DOCKER_HOST, unix:.*cannot be reached: no such socket\. Start that engine/,
    );
  });
});
