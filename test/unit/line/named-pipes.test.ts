import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeNamedPipes } from '../../../src/core/line/named-pipes';
import { REPOSITORY } from '../../harness/paths';

const module = join(REPOSITORY, 'src/core/line/named-pipes');

describe('pipes for a process in a container', function () {
  this.timeout(20_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'berth-pipes-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  it('are gone with a process that ends at once', async () => {
    const script = `require(${JSON.stringify(module)}).makeNamedPipes(${JSON.stringify(folder)}).then(async () => {
      console.log(require('node:fs').readdirSync(${JSON.stringify(folder)}).length);
      process.exit(0);
    })`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx', '-e', script], {
      cwd: REPOSITORY,
    });
    assert.deepEqual([stdout.trim(), await readdir(folder)], ['3', []]);
  });

  it('are gone when nobody wants them, and have no name once they are open', async () => {
    const [first, second] = [await makeNamedPipes(folder), await makeNamedPipes(folder)];
    assert.equal((await readdir(folder)).length, 6);
    await first.discard();
    const { stdin, stdout, stderr } = await second.open();
    assert.deepEqual(await readdir(folder), []);
    for (const end of [stdin, stdout, stderr]) end.destroy();
  });

  it('cannot be made where there is no folder', async () => {
    await assert.rejects(makeNamedPipes(join(folder, 'none')));
  });
});
