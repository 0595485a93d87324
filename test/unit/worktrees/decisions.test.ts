import assert from 'node:assert/strict';
import { templateOf, type SpawnWish } from '../../../src/core/sandbox/spawn';
import { namedIn } from '../../../src/core/worktrees/accept';
import { matchWorktree } from '../../../src/core/worktrees/find';
import { worktreeMounts } from '../../../src/core/worktrees/mounts';
import { branchFor, placeFor, placeNamed, placeOfFolder } from '../../../src/core/worktrees/place';
import { diffOf } from '../../../src/core/worktrees/reply';
import { confined } from '../../../src/core/worktrees/spawn';
import type { Worktree } from '../../../src/core/worktrees/types';
import { worktreeWish } from '../../../src/core/worktrees/wish';

const home = { dir: '/home/dev/.local/state/berth' };
const worktree = (changes: Partial<Worktree>): Worktree => ({
  ...{
    name: 'shop-fix-0ad3f1',
    key: 'fix',
    folder: '/w/shop-fix-0ad3f1',
    branch: 'berth/fix',
    base: '',
    project: '/p',
  },
  ...{ repository: '/p/.git', client: 'one', created: '2026-11-21T11:00:00Z', accepted: null },
  ...changes,
});

describe('agents’ worktrees', () => {
  it('have a place by project and key alone, which no other project or key has', () => {
    const one = placeFor(home, '/home/dev/My Shop', 'Fix the login page!');
    assert.match(one.name, /^my-shop-fix-the-login-pag-[0-9a-f]{6}$/);
    assert.deepEqual(placeFor(home, '/home/dev/My Shop', 'Fix the login page!'), one);
    assert.notEqual(placeFor(home, '/srv/My Shop', 'Fix the login page!').name, one.name);
    assert.notEqual(placeFor(home, '/home/dev/My Shop', 'fix the login page').name, one.name);
    assert.deepEqual(placeOfFolder(home, one.folder), one);
    assert.equal(placeOfFolder(home, '/home/dev/My Shop'), null);
    assert.equal(branchFor('Fix the login page!'), 'berth/fix-the-login-page');
    for (const key of ['../../x', '-f', '...', '\u0000']) {
      assert.match(branchFor(key), /^berth\/[a-z0-9][a-z0-9-]*$/);
      assert.equal(placeNamed(home, placeFor(home, '/p', key).name).dir.startsWith(`${home.dir}/worktrees/p-`), true);
    }
  });

  it('are found by name, branch, key, folder or how the name begins, and never by a guess', () => {
    const [one, other] = [
      worktree({}),
      worktree({ name: 'shop-fix-again-1', key: 'x', branch: 'berth/x', folder: '/w/x' }),
    ];
    const all = [one, other];
    for (const query of ['shop-fix-0ad3f1', 'berth/fix', 'fix', 'shop-fix-0']) {
      assert.equal(matchWorktree(all, query, null), one);
    }
    assert.equal(matchWorktree(all, './sub', '/w/x/sub'), other);
    assert.throws(() => matchWorktree(all, 'shop-fix', null), { code: 'bad_usage' });
    assert.throws(() => matchWorktree(all, 'nothing', null), { code: 'worktree_not_found' });
  });

  it('want a key and a folder', () => {
    const snapshot = { name: 's' } as unknown as SpawnWish['snapshot'];
    const wish = { trusted: [], template: undefined, network: undefined, client: 'one', snapshot: undefined };
    const limits = { cpus: undefined, memoryMb: undefined, pids: undefined, ttlSeconds: undefined };
    assert.equal(worktreeWish({ ...wish, limits, key: 'k', folder: '/p' }).folder, '/p');
    assert.throws(() => worktreeWish({ ...wish, limits, key: 'k', folder: undefined }), { code: 'bad_usage' });
    assert.throws(() => worktreeWish({ ...wish, limits, key: 'k', folder: '/p', snapshot }), { code: 'bad_usage' });
    assert.throws(() => worktreeWish({ ...wish, limits, key: undefined, folder: '/p' }), { code: 'bad_usage' });
  });

  it('have a container whose template reaches nothing of the machine', () => {
    const given = { cpus: 1, memoryMb: 512, pids: 100, ttlMs: 1, notices: [] };
    const { spec } = JSON.parse(confined(templateOf({ template: 'node', network: 'none' }, given))) as {
      readonly spec: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual([spec['volumes'], spec['ports'], spec['secrets']], [null, null, null]);
    assert.deepEqual(spec['security'], { network: 'none', allow_host_paths: null, cap_add: null, seccomp: null });
    assert.deepEqual(spec['git'], { credentials: 'none' });
  });

  it('leave every other folder’s mounts to what that folder says', async () => {
    assert.equal(await worktreeMounts(home, '/home/dev/shop', '/workspace'), null);
    assert.equal(await worktreeMounts(home, placeNamed(home, 'none').folder, '/workspace'), null);
  });

  it('name the files that git did, or all where it named none', () => {
    const files = [
      { status: 'M', path: 'a.txt' },
      { status: 'M', path: 'b c.txt' },
    ];
    assert.deepEqual(namedIn("error: Entry 'b c.txt' not uptodate. Cannot merge.", files), ['b c.txt']);
    assert.deepEqual(namedIn('error: something else', files), ['a.txt', 'b c.txt']);
  });

  it('are told within a reply’s size', () => {
    const changes = { commits: [], uncommitted: 0, taken: false, notices: [] };
    const files = Array.from({ length: 1001 }, (_, index) => ({ status: 'A', path: String(index) }));
    const patch = Buffer.alloc(10);
    assert.equal(diffOf({ ...changes, worktree: worktree({}), files: [], patch }).truncated, false);
    const much = diffOf({ ...changes, worktree: worktree({}), files, patch: Buffer.alloc(200_000) });
    assert.deepEqual([much.files.length, much.patch.length, much.truncated], [1000, 102_400, true]);
  });
});
