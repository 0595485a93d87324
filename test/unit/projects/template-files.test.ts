import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesOfLabel, lookAtFiles } from '../../../src/core/projects/template-files';

describe('projects: the files of a template', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-files-'));
    await write('work/berth.yaml');
    await write('team/parent.yaml');
  });
  afterEach(() => rm(dir, { recursive: true }));

  const at = (name: string) => join(dir, name);
  const write = async (name: string, content = '') => {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), content);
  };
  const look = async () => {
    const made = ['work/berth.yaml', 'team/parent.yaml'].map(at);
    const found = await lookAtFiles({ userTemplatesDir: at('user') }, at('work'), made);
    assert.ok(found !== null);
    return found;
  };

  it('stay the same while nothing happens to them, whatever else is written', async () => {
    const before = await look();
    await write('work/src/main.py');
    await write('team/notes.yaml');
    assert.deepEqual(await look(), before);
    assert.ok(before.whole && before.newest > Date.now() - 60_000);
  });

  const changes: readonly (readonly [name: string, change: () => Promise<unknown>])[] = [
    ['a parent elsewhere is edited', () => write('team/parent.yaml', 'x')],
    [
      'an older file is moved over a parent',
      () => older('work/old').then(() => rename(at('work/old'), at('team/parent.yaml'))),
    ],
    ['a berth.local.yaml comes', () => write('work/berth.local.yaml')],
    ['a template comes beside the project’s', () => write('work/python.berth.yaml')],
    ['a template comes beside a parent', () => write('team/python.berth.yml')],
    ['a template of the user’s comes', () => write('user/python.yaml')],
    ['a parent goes', () => rm(at('team/parent.yaml'))],
  ];
  const older = async (name: string) => {
    await write(name);
    await utimes(at(name), 1, 1);
  };
  for (const [name, change] of changes) {
    it(`are other ones when ${name}`, async () => {
      const before = await look();
      await change();
      const after = await look();
      assert.notEqual(after.key, before.key);
      assert.equal(after.whole, name !== 'a parent goes');
    });
  }

  it('are none where the folder is gone', async () => {
    assert.equal(await lookAtFiles({ userTemplatesDir: at('user') }, at('gone'), []), null);
  });

  it('are read from a label, also from one that is missing or broken', () => {
    assert.deepEqual(filesOfLabel('["/a", 1, "/b"]'), ['/a', '/b']);
    for (const text of [undefined, '', '{', '{"a": 1}', 'null']) assert.deepEqual(filesOfLabel(text), []);
  });
});
