import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BerthError } from '../../../src/core/errors';
import { createHome } from '../../../src/core/home';
import type { BerthHome } from '../../../src/core/home';
import { identifyFolder } from '../../../src/core/projects/folders';
import { readProjectState, writeLink, writeProjectState } from '../../../src/core/projects/state-file';

const failsWith = (code: string) => (error: unknown) => error instanceof BerthError && error.code === code;

describe('who a folder is', () => {
  let dir: string;
  let home: BerthHome;
  beforeEach(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-test-')));
    home = createHome({ BERTH_HOME: join(dir, 'home') });
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('is its real path: a symlink to it is the same project', async () => {
    await mkdir(join(dir, 'project'));
    await symlink(join(dir, 'project'), join(dir, 'link'));
    assert.deepEqual(await identifyFolder(home, join(dir, 'link')), await identifyFolder(home, join(dir, 'project')));
  });

  it('differs for two folders of one name', async () => {
    await mkdir(join(dir, 'a/project'), { recursive: true });
    await mkdir(join(dir, 'b/project'), { recursive: true });
    const [a, b] = [
      await identifyFolder(home, join(dir, 'a/project')),
      await identifyFolder(home, join(dir, 'b/project')),
    ];
    assert.equal(a.name, b.name);
    assert.notEqual(a.id, b.id);
  });

  it('is refused for what is no folder, is not there, or is the root', async () => {
    await writeFile(join(dir, 'file'), '');
    await assert.rejects(identifyFolder(home, join(dir, 'file')), failsWith('folder_not_usable'));
    await assert.rejects(identifyFolder(home, join(dir, 'none')), failsWith('folder_not_found'));
    await assert.rejects(identifyFolder(home, '/'), failsWith('folder_not_usable'));
  });

  it('refuses a name that cannot be one, and says which could', async () => {
    await assert.rejects(
      identifyFolder(home, dir, 'My API'),
      (error: unknown) => failsWith('bad_usage')(error) && (error as BerthError).hint?.includes('"my-api"') === true,
    );
  });

  it('follows a link, and a folder made anew at the old place is another project', async () => {
    await mkdir(join(dir, 'old'));
    await mkdir(join(dir, 'new'));
    const { id } = await identifyFolder(home, join(dir, 'old'));
    await writeLink(home, join(dir, 'new'), id);
    assert.equal((await identifyFolder(home, join(dir, 'new'))).id, id);
    const stranger = await identifyFolder(home, join(dir, 'old'));
    assert.notEqual(stranger.id, id);
    assert.equal((await identifyFolder(home, join(dir, 'old'))).id, stranger.id);
  });

  it('keeps what is written beside what was there, and reads a torn file as empty', async () => {
    await writeProjectState(home, 'p', { template: 'node' });
    await writeProjectState(home, 'p', { name: 'api' });
    assert.deepEqual(await readProjectState(home, 'p'), { template: 'node', name: 'api' });
    await writeFile(join(home.stateDir, 'projects/p.json'), '{"na');
    assert.deepEqual(await readProjectState(home, 'p'), {});
  });

  it('has one owner, also when twenty ask at once', async () => {
    const homes = Array.from({ length: 20 }, () => createHome({ BERTH_HOME: join(dir, 'other') }));
    const owners = await Promise.all(homes.map((each) => each.owner()));
    assert.equal(new Set(owners).size, 1);
    assert.match(owners[0] ?? '', /^[0-9a-f]{16}$/);
  });
});
