import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { lookAtWorktree, targetOf } from '../../../src/core/storage/worktree';

const run = promisify(execFile);
const info = {
  ...{ local: true, rootless: false, dataRoot: '/nowhere/data' },
  endpoint: { url: 'unix:///nowhere/engine.sock', source: 'test' },
};

describe('storage: the git folder of a worktree', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-worktree-')));
    // By one shell: what costs here is each process that a large one starts.
    const git = 'git -C repo -c user.name=x -c user.email=x@x';
    const made = [
      'git init -q -b main repo',
      `${git} commit -q --allow-empty -m first`,
      `${git} worktree add -q -b topic/one ../tree`,
    ];
    await run('/bin/sh', ['-ec', made.join('\n')], { cwd: dir });
  });
  afterEach(() => rm(dir, { recursive: true }));

  const look = (folder = 'tree', home = '/nowhere/home') => lookAtWorktree(join(dir, folder), '/workspace', info, home);
  const point = (text: string) => writeFile(join(dir, 'tree/.git'), `gitdir: ${text}\n`);
  const refused = async (pattern: RegExp, found = look()) => {
    const told = await found;
    assert.ok(told.kind === 'refused' && pattern.test(told.why), JSON.stringify(told));
  };

  it('is mounted where an absolute pointer leads, with its branch', async () => {
    const common = join(dir, 'repo/.git');
    const worktree = { common, target: common, branch: 'topic/one' };
    assert.deepEqual(await look(), { kind: 'worktree', worktree });
    await run('git', ['-C', join(dir, 'tree'), 'checkout', '-q', '--detach']);
    assert.deepEqual(await look(), { kind: 'worktree', worktree: { ...worktree, branch: null } });
  });

  it('is mounted where a relative pointer leads from the workspace, its own pointer relative too', async () => {
    const own = join(dir, 'repo/.git/worktrees/tree');
    await point(relative(join(dir, 'tree'), own));
    await writeFile(join(own, 'gitdir'), `${relative(own, join(dir, 'tree/.git'))}\n`);
    const worktree = { common: join(dir, 'repo/.git'), target: '/repo/.git', branch: 'topic/one' };
    assert.deepEqual(await look(), { kind: 'worktree', worktree });
  });

  it('asks for nothing in a plain repository, or where there is none', async () => {
    assert.deepEqual(await look('repo'), { kind: 'none' });
    await mkdir(join(dir, 'bare'));
    assert.deepEqual(await look('bare'), { kind: 'none' });
  });

  it('believes no pointer that the other side does not return', async () => {
    const own = join(dir, 'repo/.git/worktrees/tree');
    const secret = join(dir, 'secret');
    await mkdir(join(secret, 'worktrees/x'), { recursive: true });
    await point(secret);
    await refused(/is not a worktree’s/);
    await point(join(secret, 'worktrees/x'));
    await refused(/is not a worktree’s/);
    await point(join(dir, 'nothing'));
    await refused(/does not exist/);
    // A clone can bring all of a git folder but its place: one that names this project, and leads elsewhere by a link.
    await mkdir(join(dir, 'tree/fake/worktrees/x'), { recursive: true });
    const fake = join(dir, 'tree/fake/worktrees/x');
    await writeFile(join(fake, 'gitdir'), join(dir, 'tree/.git'));
    await writeFile(join(fake, 'commondir'), secret);
    await point(fake);
    await refused(/belongs to another folder/);
    await rename(join(secret, 'worktrees'), join(secret, 'aside'));
    await symlink(join(dir, 'tree/fake/worktrees'), join(secret, 'worktrees'));
    await point(join(secret, 'worktrees/x'));
    await refused(/belongs to another folder/);
    await writeFile(join(own, 'gitdir'), join(dir, 'repo/.git'));
    await point(own);
    await refused(/belongs to another folder; `git worktree repair`/);
  });

  it('refuses what is no git folder, what holds the home folder, and what leads to an engine', async () => {
    await refused(/holds your whole home folder/, look('tree', join(dir, 'repo/.git/objects')));
    const server = createServer().listen(join(dir, 'repo/.git/engine.sock'));
    try {
      const endpoint = { url: `unix://${join(dir, 'repo/.git/engine.sock')}`, source: 'test' };
      await refused(/leads to the engine/, lookAtWorktree(join(dir, 'tree'), '/workspace', { ...info, endpoint }));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(join(dir, 'repo/.git/objects'), { recursive: true });
    await refused(/is not a git folder/);
    await rm(join(dir, 'tree/.git'));
    await symlink(join(dir, 'repo/.git'), join(dir, 'tree/.git'));
    await refused(/not a file as git writes it/);
    await rm(join(dir, 'tree/.git'));
    await writeFile(join(dir, 'tree/.git'), 'gitdir: /a\ngitdir: /b\n');
    await refused(/not a file as git writes it/);
  });

  it('finds no place for it in the system’s folders, above the workspace, or off the way of the pointer', () => {
    const cases: readonly (readonly [written: string, workspace: string, target: string | null])[] = [
      ['/home/u/r/.git/worktrees/t', '/workspace', '/home/u/r/.git'],
      ['../r/.git/worktrees/t', '/workspace', '/r/.git'],
      ['../../../r/.git/worktrees/t', '/srv/app', '/r/.git'],
      ['../../r/.git/worktrees/t', '/srv/deep/app', '/srv/r/.git'],
      ['/etc/r/.git/worktrees/t', '/workspace', null],
      ['../usr/worktrees/t', '/workspace', null],
      ['../worktrees/t', '/workspace', null],
      ['/srv/worktrees/t', '/srv/app', null],
      ['/home/u/r/.git/worktrees/other', '/workspace', null],
    ];
    for (const [written, workspace, target] of cases) {
      assert.equal(targetOf(written, '/h/r/.git/worktrees/t', '/h/r/.git', workspace), target, written);
    }
  });
});
