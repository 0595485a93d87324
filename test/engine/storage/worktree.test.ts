import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { labels } from '../../../src/core/model';
import { Fixture } from '../projects/fixture';
import { runIn } from './run-in';

const run = promisify(execFile);

describe('storage: a project that is a git worktree', () => {
  let fixture: Fixture;
  let repo: string;
  before(async () => {
    fixture = await Fixture.create();
    repo = join(fixture.dir, 'work', 'repo');
    await mkdir(repo, { recursive: true });
    const git = (...args: string[]) => run('git', ['-C', repo, '-c', 'user.name=x', '-c', 'user.email=x@x', ...args]);
    await git('init', '-q', '-b', 'main');
    await git('commit', '-q', '--allow-empty', '-m', 'first');
    for (const name of ['absolute', 'relative']) await git('worktree', 'add', '-q', '-b', name, `../${name}`);
    const own = join(await realpath(repo), '.git/worktrees/relative');
    const folder = join(fixture.dir, 'work/relative');
    await writeFile(join(folder, '.git'), `gitdir: ${relative(folder, own)}\n`);
    await writeFile(join(own, 'gitdir'), `${relative(own, join(folder, '.git'))}\n`);
    for (const name of ['absolute', 'relative']) {
      await fixture.folder(name, '');
      await run('chown', ['-R', '1000:1000', join(fixture.dir, 'work', name)]);
    }
    await run('chown', ['-R', '1000:1000', repo]);
    await chown(join(fixture.dir, 'work'), 1000, 1000);
  });
  after(() => fixture.dispose());

  for (const name of ['absolute', 'relative']) {
    it(`commits inside what is seen outside, with an ${name} pointer`, async () => {
      const folder = join(fixture.dir, 'work', name);
      const { row, notices } = await fixture.up(folder);
      assert.deepEqual(notices, []);
      const commit = [
        'echo made >made && git add made',
        'git -c user.name=x -c user.email=x@x commit -q -m inside',
        'git status --short --branch; git gc -q; git worktree list | wc -l; git config gc.worktreePruneExpire',
      ].join(' && ');
      assert.equal(await runIn(fixture.core, row, commit), `## ${name}\n?? berth.yaml\n3\nnever`);
      const { stdout } = await run('git', ['-C', repo, '-c', 'safe.directory=*', 'log', '--format=%s', name]);
      assert.equal(stdout, 'inside\nfirst\n');
      assert.equal((await stat(join(repo, '.git/refs/heads'))).uid, 1000);
      const engine = await fixture.core.engine.get();
      assert.equal((await engine.inspectContainer(row.container!))?.labels[labels.branch], name);
    });
  }

  it('says why where a pointer leads to what is not the project’s, and mounts nothing', async () => {
    const folder = await fixture.folder('crafted');
    await writeFile(join(folder, '.git'), `gitdir: ${join(repo, '.git/worktrees/absolute')}\n`);
    const { row, notices } = await fixture.up(folder);
    assert.match(notices.join('\n'), /git does not work in the container: .*belongs to another folder/);
    const engine = await fixture.core.engine.get();
    const { mounts } = (await engine.inspectContainer(row.container!))!;
    assert.deepEqual(
      mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : [])),
      [folder],
    );
    assert.match(await readFile(join(folder, '.git'), 'utf8'), /gitdir/);
  });
});
