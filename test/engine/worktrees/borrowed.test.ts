import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BerthError } from '../../../src/core/errors';
import { shellQuote } from '../../../src/core/quote';
import { makeWorktree } from '../../../src/core/worktrees/make';
import { placeFor, type WorktreePlace } from '../../../src/core/worktrees/place';

const run = promisify(execFile);

describe('the repository of an agent’s worktree', () => {
  let dir: string;
  let project: string;
  let hidden: string;
  let place: WorktreePlace;

  const git = async (folder: string, ...args: string[]): Promise<string> => {
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'safe.directory=*'];
    return (await run('git', ['-C', folder, ...who, ...args])).stdout.trim();
  };
  /** By one shell: what costs here is each process that a large one starts. */
  const repositories = async (texts: Readonly<Record<string, string>>): Promise<void> => {
    const made = Object.entries(texts).map(([name, text]) => {
      const git = `git -C ${name} -c user.name=A -c user.email=a@example.org`;
      const file = `printf %s ${shellQuote(text)} > ${name}/file`;
      return [`git init -q -b main ${name}`, file, `${git} add .`, `${git} commit -q -m ${shellQuote(text)}`];
    });
    await run('/bin/sh', ['-ec', made.flat().join('\n')], { cwd: dir });
  };
  const make = () => makeWorktree(place, { key: 'k', project, client: 'one' }, '{}');
  const refused = (words: RegExp) => (error: unknown) =>
    error instanceof BerthError && error.code === 'git_failed' && words.test(error.message);
  /** What a container's program would write. */
  const replace = async (path: string, by: string): Promise<void> => {
    await rm(join(project, path), { recursive: true, force: true });
    await symlink(by, join(project, path));
  };

  beforeEach(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-borrowed-')));
    [project, hidden] = [join(dir, 'shop'), join(dir, 'private')];
    await repositories({ shop: 'open', private: 'not for anybody' });
    place = placeFor({ dir: join(dir, 'home') }, project, 'k');
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('takes over the history, and which files are no change', async () => {
    await writeFile(join(project, '.git/info/exclude'), '*.mine\n');
    await replace('.git/hooks', join(dir, 'hooks of mine'));
    await make();
    assert.equal(await git(place.inside, 'log', '--format=%s', '--all'), 'open');
    assert.equal(await readFile(join(place.inside, 'info/exclude'), 'utf8'), '*.mine\n');
    assert.equal(await readFile(join(place.folder, 'file'), 'utf8'), 'open');
  });

  it('gets nothing of another repository by a branch and objects that are borrowed from there', async () => {
    const alternates = join(project, '.git/objects/info/alternates');
    await replace('.git/refs/heads/main', join(hidden, '.git/refs/heads/main'));
    await writeFile(alternates, `${join(hidden, '.git/objects')}\n`);
    // This is what git itself makes of it.
    assert.equal(await git(project, 'log', '--format=%s'), 'not for anybody');
    await assert.rejects(make(), refused(/borrows objects/));
    await rm(alternates);
    await assert.rejects(make(), refused(/link at .*refs\/heads\/main/));
    assert.equal(existsSync(place.dir), false);
  });

  it('gets nothing of another repository by links among its objects, or in its own place', async () => {
    await git(hidden, 'gc', '-q');
    await replace('.git/objects/pack', join(hidden, '.git/objects/pack'));
    await assert.rejects(make(), refused(/link at .*objects\/pack/));
    await rename(project, join(dir, 'aside'));
    await symlink(hidden, project);
    await assert.rejects(make(), (error) => error instanceof BerthError && error.code === 'folder_not_usable');
    assert.equal(existsSync(place.dir), false);
  });

  it('gets no file of this machine in place of its own', async () => {
    const key = join(dir, 'key');
    await writeFile(key, 'hidden');
    await replace('.git/info/exclude', key);
    await make();
    assert.equal(existsSync(join(place.inside, 'info/exclude')), false);
    await mkdir(join(dir, 'far'));
    await writeFile(join(dir, 'far/exclude'), 'hidden');
    await replace('.git/info', join(dir, 'far'));
    await assert.rejects(make(), refused(/link at .*\.git\/info/));
  });
});
