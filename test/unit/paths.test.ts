import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { plainText } from '../../src/core/paths';

const run = promisify(execFile);

describe('the text of a file that a container can write', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-paths-'));
  });
  afterEach(() => rm(dir, { recursive: true }));
  const read = (name: string, longest = 5) => plainText(join(dir, name), longest);

  it('is read where it is a plain file that is no longer than it may be', async () => {
    await writeFile(join(dir, 'file'), 'héo!');
    assert.equal(await read('file'), 'héo!');
    assert.equal(await read('file', 4), null);
    await writeFile(join(dir, 'empty'), '');
    assert.equal(await read('empty'), '');
  });

  it('is none by a link, a device or a pipe that nobody writes to', async () => {
    await writeFile(join(dir, 'file'), 'x');
    await symlink('file', join(dir, 'link'));
    await symlink('/dev/zero', join(dir, 'zero'));
    await mkdir(join(dir, 'folder'));
    await run('mkfifo', [join(dir, 'pipe')]);
    for (const name of ['link', 'zero', 'folder', 'pipe', 'missing']) assert.equal(await read(name), null, name);
    assert.equal(await plainText('/dev/zero', 5), null);
  });
});
