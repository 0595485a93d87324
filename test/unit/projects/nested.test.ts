import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerSummary } from '../../../src/core/engine/types';
import { BerthError } from '../../../src/core/errors';
import { labels } from '../../../src/core/model';
import { listProjectContainers } from '../../../src/core/projects/containers';
import { linksOnTheWay, mustBeAsItWas, mustLeadWhereItSays, settleNested } from '../../../src/core/projects/nested';
import { readSecretFile } from '../../../src/core/secrets/source-file';

describe('a project in another project’s folder', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-nested-')));
    await mkdir(join(dir, 'outer/inner'), { recursive: true });
    await mkdir(join(dir, 'private'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const container = (name: string): ContainerSummary => ({
    ...{ id: `container of ${name}`, name, image: '', imageId: '', state: 'running', status: '' },
    ...{ created: '', health: null, ports: [] },
    labels: {
      [labels.kind]: 'project',
      [labels.project]: `id of ${name}`,
      [labels.name]: name,
      [labels.folder]: join(dir, name),
    },
  });
  const engineWith = (...names: string[]) => ({ listContainers: () => Promise.resolve(names.map(container)) });
  const up = (written: string) =>
    mustLeadWhereItSays(
      written,
      () => Promise.resolve(engineWith('outer')),
      () => Promise.resolve('me'),
    );
  const unusable = (words: RegExp) => (error: unknown) =>
    error instanceof BerthError && error.code === 'folder_not_usable' && words.test(error.message);
  const swap = async (to: string): Promise<void> => {
    await rename(join(dir, 'outer/inner'), join(dir, 'outer/aside'));
    await symlink(to, join(dir, 'outer/inner'));
  };

  it('is not made where the way to it goes over a link out of that folder, however it is written', async () => {
    await up(join(dir, 'outer/inner'));
    await swap(join(dir, 'private'));
    await assert.rejects(
      up(join(dir, 'outer/inner')),
      unusable(/lies in the folder of outer.* is a link to .*private/),
    );
    await assert.rejects(up(join(dir, 'outer/inner/.')), unusable(/private/));
    await mkdir(join(dir, 'private/deep'));
    await assert.rejects(up(join(dir, 'outer/inner/deep')), unusable(/private/));
    await symlink(join(dir, 'outer'), join(dir, 'mine'));
    await assert.rejects(up(join(dir, 'mine/inner')), unusable(/private/));
    // A person's own link, and one that stays in the folder, lead where they say.
    await up(join(dir, 'mine'));
    await symlink('aside', join(dir, 'outer/within'));
    await up(join(dir, 'outer/within'));
  });

  it('asks no engine where there is no link', async () => {
    const nobody = () => Promise.reject(new Error('it was asked'));
    await mustLeadWhereItSays(join(dir, 'outer/inner'), nobody, nobody);
    assert.deepEqual(await linksOnTheWay(join(dir, 'outer/inner')), []);
  });

  it('is not read from, once its folder has become a link', async () => {
    const inner = { name: 'inner', folder: join(dir, 'outer/inner') };
    await mustBeAsItWas(inner);
    await swap(join(dir, 'private'));
    await assert.rejects(mustBeAsItWas(inner), unusable(/has become a link to .*private/));
    await writeFile(join(dir, 'private/key'), 'hidden');
    const found = await readSecretFile('key', inner);
    assert.match(found.kind === 'failed' ? found.why : found.kind, /has become a link to .*private/);
  });

  it('is started by Berth alone, whichever of the two came first', async () => {
    const changed: unknown[] = [];
    const notes: string[] = [];
    const settle = async (name: string, ...there: string[]) =>
      settleNested(
        {
          updateContainer: (id, change) => {
            changed.push([id, change]);
            return Promise.resolve([]);
          },
        },
        await listProjectContainers(engineWith(...there), 'me'),
        { id: `id of ${name}`, folder: join(dir, name) },
        (note) => notes.push(note),
      );
    assert.equal(await settle('outer/inner', 'outer', 'outer/inner', 'other'), true);
    assert.equal(await settle('outer', 'outer', 'outer-too', 'other'), false);
    assert.deepEqual([changed, notes], [[], []]);
    assert.equal(await settle('outer', 'outer', 'outer/inner'), false);
    assert.deepEqual(changed, [['container of outer/inner', { restartAttempts: 0 }]]);
    assert.match(notes.join(), /outer\/inner, the folder of outer\/inner, lies in this one/);
  });
});
