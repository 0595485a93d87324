import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labels } from '../../../src/core/model';
import { createCalls, type Calls } from '../../../src/core/tools/calls';
import type { Worktree } from '../../../src/core/worktrees/types';
import { bundle } from '../../harness/berth';
import { Fixture } from '../projects/fixture';

const run = promisify(execFile);
type Value = Readonly<Record<string, unknown>>;

describe('an agent’s git worktree', function () {
  this.timeout(60_000);
  let fixture: Fixture;
  let repo: string;
  let calls: Calls;
  let container = '';
  let worktree: Worktree;

  const git = async (...args: string[]) =>
    (await run('git', ['-C', repo, '-c', 'safe.directory=*', ...args], { uid: 1000, gid: 1000 })).stdout;
  const put = async (path: string, text: string) => {
    await writeFile(join(repo, path), text);
    await chown(join(repo, path), 1000, 1000);
  };
  const call = async (name: string, input: object, client = 'one'): Promise<Value> => {
    const signal = new AbortController().signal;
    const person = { reachable: false, answer: () => null, allowed: new Set<string>() };
    const context = { client: { name: client, version: '1' }, signal, tell: () => undefined, person };
    const outcome = await calls.call(name, input, context);
    if ('key' in outcome) throw new Error(outcome.text);
    return outcome.ok ? { ...outcome.value } : { failure: outcome.failure.code };
  };
  const inside = async (script: string): Promise<string> => {
    const ran = await call('exec', { container, argv: [`set -e\n${script}`], shell: true });
    const text = (stream: unknown) => (stream as { text: string }).text;
    assert.equal(ran['exit_code'], 0, text(ran['stderr']));
    return text(ran['stdout']);
  };
  const berth = async (...args: string[]): Promise<Value> => {
    const env = { ...process.env, BERTH_HOME: fixture.core.home.dir, DOCKER_HOST: process.env['BERTH_TEST_ENGINE'] };
    const command = [join(await bundle(), 'cli.js'), 'agents', ...args, '--json'];
    const { stdout } = await run(process.execPath, command, { env }).catch(
      (error: unknown) => error as { stdout: string },
    );
    return JSON.parse(stdout) as Value;
  };
  /** All of the checkout that is the user's alone. */
  const users = async () =>
    Promise.all([
      git('status', '--short'),
      git('rev-parse', 'HEAD', 'main'),
      readFile(join(repo, '.git/index'), 'hex'),
    ]);

  before(async () => {
    fixture = await Fixture.create();
    await chmod(fixture.dir, 0o755);
    repo = await fixture.folder('shop');
    await git('init', '-q', '-b', 'main');
    await git('config', 'user.name', 'A User');
    await git('config', 'user.email', 'user@example.org');
    await put('a.txt', 'one\ntwo\nthree\n');
    await git('add', '.');
    await git('commit', '-q', '-m', 'first');
    calls = createCalls(fixture.core, () => Promise.resolve([repo]));
  });
  after(async () => {
    for (const one of await fixture.core.worktrees.list()) await fixture.core.worktrees.discard(one);
    await fixture.dispose();
  });

  it('is made once for a key with a branch and a container, and nobody else gets it; the checkout is untouched', async () => {
    await put('mine.txt', 'not committed');
    const before = await users();
    const asked = { key: 'Fix the login', folder: repo, worktree: true, memory_mb: 512 };
    const [made, again] = await Promise.all([call('spawn', asked), call('spawn', asked)]);
    const row = made['container'] as { id: string; kind: string; branch: string; folder: string };
    assert.deepEqual(again['container'], { ...row });
    assert.deepEqual([row.kind, row.branch], ['agent', 'berth/fix-the-login']);
    assert.deepEqual(await call('spawn', asked, 'two'), { failure: 'container_conflict' });
    container = row.id;
    assert.match(await git('worktree', 'list'), /shop-fix-the-login-\w{6} +\w+ \[berth\/fix-the-login\]/);
    assert.deepEqual(await users(), before);
    assert.equal((await stat(row.folder)).uid, 1000);
    worktree = await fixture.core.worktrees.find('berth/fix-the-login', '/');
    assert.deepEqual([worktree.project, worktree.client], [repo, 'one']);
  });

  it('shows what is committed, what is not, and new files, and runs nothing that the container wrote', async () => {
    const canary = join(fixture.dir, 'canary');
    const bad = `touch ${canary}`;
    await inside(
      [
        'git -c user.name=x -c user.email=x@x commit -q --allow-empty -m start',
        'sed -i s/two/TWO/ a.txt && git -c user.name=x -c user.email=x@x commit -qam "Second line"',
        'echo new >new.txt; echo more >>a.txt; echo "* filter=evil diff=evil" >.gitattributes',
        'common=$(git rev-parse --git-common-dir)',
        `for name in core.fsmonitor filter.evil.clean filter.evil.smudge diff.evil.textconv; do git config "$name" ${JSON.stringify(bad)}; done`,
        `mkdir -p "$common/hooks"; for hook in post-checkout reference-transaction; do printf '#!/bin/sh\\n%s\\n' ${JSON.stringify(bad)} >"$common/hooks/$hook"; chmod +x "$common/hooks/$hook"; done`,
        'git init -q nested; git -C nested config core.fsmonitor ' + JSON.stringify(bad),
      ].join('\n'),
    );
    const [refused] = [await inside('echo "gitdir: /elsewhere" >.git || echo refused')];
    assert.equal(refused, 'refused\n');
    const shown = await call('diff', { container });
    assert.deepEqual(
      (shown['commits'] as { subject: string }[]).map(({ subject }) => subject),
      ['Second line', 'start'],
    );
    assert.deepEqual(shown['files'], [
      { status: 'A', path: '.gitattributes' },
      { status: 'M', path: 'a.txt' },
      { status: 'A', path: 'new.txt' },
    ]);
    assert.match(String(shown['patch']), /\+TWO\n three\n\+more[\s\S]*\+new/);
    assert.equal(existsSync(canary), false);
  });

  it('leaves the checkout as it is at a conflict, and where the user’s changes are in the way', async () => {
    const accept = (mode: 'merge' | 'apply') => fixture.core.worktrees.accept(worktree, mode);
    await put('a.txt', 'one\nmine\nthree\n');
    for (const mode of ['merge', 'apply'] as const) {
      const before = await users();
      await assert.rejects(accept(mode), { code: 'changes_in_the_way', errors: [{ message: 'a.txt' }] });
      assert.deepEqual(await users(), before);
    }
    await git('commit', '-qam', 'mine');
    const before = await users();
    await assert.rejects(accept('merge'), { code: 'merge_conflicts', errors: [{ message: 'a.txt' }] });
    assert.deepEqual(await users(), before);
    assert.match(await git('log', '--format=%s', worktree.branch), /^Work of .*\nSecond line\nstart\nfirst\n$/);
    await git('reset', '-q', '--hard', 'HEAD~1');
    await put('new.txt', 'mine');
    await assert.rejects(accept('apply'), { code: 'changes_in_the_way', errors: [{ message: 'new.txt' }] });
    assert.equal(await readFile(join(repo, 'new.txt'), 'utf8'), 'mine');
    await run('rm', [join(repo, 'new.txt')]);
  });

  it('is applied without a commit, then merged, then goes on from there; the user’s other changes stay', async () => {
    const { core } = fixture;
    const head = await git('rev-parse', 'HEAD');
    // The project's own container can write these, and what is accepted names the filter.
    const canary = join(repo, '.git/canary');
    const names = [
      'core.fsmonitor',
      'filter.evil.clean',
      'filter.evil.smudge',
      'merge.evil.driver',
      'diff.evil.command',
    ];
    for (const name of names) await git('config', name, `touch ${canary}; cat`);
    const hooks = ['post-checkout', 'post-index-change', 'reference-transaction'].map((hook) =>
      join('.git/hooks', hook),
    );
    for (const hook of hooks) {
      await put(hook, `#!/bin/sh\ntouch ${canary}\n`);
      await chmod(join(repo, hook), 0o755);
    }
    assert.equal((await core.worktrees.accept(worktree, 'apply')).commit, null);
    assert.equal(existsSync(canary), false);
    assert.equal(await git('status', '--short').then(() => existsSync(canary)), true, 'git itself does run them');
    for (const name of names) await git('config', '--unset', name);
    await run(
      'rm',
      hooks.map((hook) => join(repo, hook)),
    );
    assert.equal(await git('rev-parse', 'HEAD'), head);
    assert.equal(await git('status', '--short'), 'A  .gitattributes\nM  a.txt\nA  new.txt\n?? mine.txt\n');
    await git('reset', '-q', '--hard');
    const { commit } = await core.worktrees.accept(worktree, 'merge');
    assert.equal(await git('rev-parse', 'HEAD'), `${commit}\n`);
    assert.equal(await git('status', '--short'), '?? mine.txt\n');
    await assert.rejects(core.worktrees.accept(worktree, 'merge'), { code: 'nothing_to_accept' });
    assert.equal((await stat(join(repo, 'new.txt'))).uid, 1000);
    await put('other.txt', 'the user goes on\n');
    await git('add', 'other.txt');
    await git('commit', '-q', '-m', 'mine');
    await inside('echo again >>new.txt');
    await core.worktrees.accept(worktree, 'merge');
    assert.equal(await readFile(join(repo, 'new.txt'), 'utf8'), 'new\nagain\n');
    assert.match(await git('log', '-1', '--format=%s %an'), /^Merge berth\/fix-the-login A User\n$/);
  });

  it('outlives its container with all work in it, until it is discarded', async () => {
    const { core } = fixture;
    await inside('echo late >late.txt');
    await call('kill', { container });
    await git('worktree', 'prune');
    await git('gc', '-q', '--prune=now');
    const shown = await berth('diff', 'Fix the login');
    const paths = (shown['files'] as { path: string }[]).map(({ path }) => path);
    assert.deepEqual([paths.includes('late.txt'), shown['uncommitted'], shown['taken']], [true, 4, false]);
    const [listed] = (await berth())['worktrees'] as Value[];
    assert.deepEqual([listed?.['name'], listed?.['container']], [worktree.name, null]);
    // Nobody is there to be asked, so neither is done.
    for (const asks of ['accept', 'discard']) {
      assert.equal(((await berth(asks, worktree.name))['error'] as Value)['code'], 'bad_usage');
    }
    assert.equal((await berth('discard', worktree.name, '--force'))['outcome'], 'ok');
    assert.deepEqual(await core.worktrees.list(), []);
    assert.equal(existsSync(worktree.folder), false);
    assert.equal(await git('branch', '--list', 'berth/*'), '');
    assert.equal((await git('worktree', 'list')).trim().split('\n').length, 1);
    const engine = await core.engine.get();
    const volumes = await engine.listVolumes({ labels: { [labels.owner]: await core.home.owner() } });
    assert.deepEqual(volumes, [], 'the home folder of the container that was removed before goes too');
  });
});
