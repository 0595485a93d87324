import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fillCredential } from '../../../src/core/git/fill';
import { changeGrants, forgetGrants, readGrants } from '../../../src/core/git/grants';
import { hostIdentity } from '../../../src/core/git/identity';
import { workspaceOrigins } from '../../../src/core/git/origins';
import { parseRequest } from '../../../src/core/git/request';
import { run } from '../../harness/exec';

const request = parseRequest('action=get\nprotocol=https\nhost=git.example.org\n')!;

describe('git on this machine', function () {
  this.timeout(20_000);
  let dir: string;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-git-unit-')));
    env = { ...process.env, HOME: dir, GIT_CONFIG_NOSYSTEM: '1', SSH_ASKPASS: '/bin/false' };
  });
  after(() => rm(dir, { recursive: true }));

  const helper = (script: string): Promise<void> =>
    writeFile(join(dir, '.gitconfig'), `[user]\n name = Pat\n[credential]\n helper = "!f() { ${script}; }; f"\n`);

  it('answers by its own helpers, and not by those of the folder it is asked in', async () => {
    await helper('echo username=pat; echo password=secret');
    const workspace = join(dir, 'workspace');
    await run('git', ['init', '--quiet', workspace]);
    const own = join(workspace, '.git', 'config');
    // An empty one takes all before it out of the list.
    await run('git', ['config', '--file', own, 'credential.helper', '']);
    await run('git', ['config', '--file', own, '--add', 'credential.helper', `!touch ${dir}/escaped; false`]);
    await mkdir(join(workspace, 'berth-home'));
    assert.equal(
      await fillCredential(request, join(workspace, 'berth-home'), { env }),
      'username=pat\npassword=secret\n',
    );
    await assert.rejects(readFile(join(dir, 'escaped')), { code: 'ENOENT' });
  });

  it('is given up where a helper hangs, with all that it started', async () => {
    await helper(`sh -c 'echo $$ >${dir}/pid; exec sleep 300'; echo password=late`);
    const began = performance.now();
    assert.equal(await fillCredential(request, dir, { env, timeoutMs: 2_000 }), null);
    const pid = Number(await readFile(join(dir, 'pid'), 'utf8'));
    const gone = (): boolean => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    // A killed process is there until its parent, or init, has looked.
    const isDead = async (): Promise<boolean> =>
      gone() || /\) [ZX]/.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X'));
    while (performance.now() - began < 10_000 && !(await isDead())) await delay(20);
    assert.ok(await isDead());
  });

  it('asks nobody: without a helper there is no credential', async () => {
    await writeFile(join(dir, '.gitconfig'), `[core]\n askPass = touch ${dir}/asked\n`);
    assert.equal(await fillCredential(request, dir, { env: { ...env, GIT_ASKPASS: `touch ${dir}/asked` } }), null);
    await assert.rejects(readFile(join(dir, 'asked')), { code: 'ENOENT' });
  });

  it('tells a folder’s own person and servers, and none for a folder that is gone or a machine without git', async () => {
    await writeFile(join(dir, '.gitconfig'), '[user]\n name = Pat\n email = home@example.org\n');
    const folder = join(dir, 'own');
    await run('git', ['init', '--quiet', folder]);
    const file = join(folder, '.git', 'config');
    await run('git', ['config', '--file', file, 'user.email', 'work@example.org']);
    await run('git', ['config', '--file', file, 'remote.origin.url', 'https://git.example.org/a']);
    assert.deepEqual(await hostIdentity(folder, env), { name: 'Pat', email: 'work@example.org' });
    assert.deepEqual(await workspaceOrigins(folder, env), ['https://git.example.org']);
    assert.deepEqual(await hostIdentity(join(dir, 'gone'), env), { name: null, email: null });
    assert.deepEqual(await hostIdentity(folder, { ...env, PATH: dir }), { name: null, email: null });
    // A repository inside of which somebody's git was started is not the one that is asked about.
    assert.deepEqual(await workspaceOrigins(dir, { ...env, GIT_DIR: join(folder, '.git') }), []);
  });

  it('keeps grants by project, and reads a torn file as none', async () => {
    const home = { stateDir: join(dir, 'state'), locksDir: join(dir, 'locks') };
    const token = { hosts: ['https://git.example.org'], at: '2026-01-01T00:00:00.000Z' };
    await Promise.all([
      changeGrants(home, 'ab', (grants) => ({ ...grants, token })),
      changeGrants(home, 'ab', (grants) => ({ ...grants, agent: { at: '' } })),
    ]);
    assert.deepEqual(await readGrants(home, 'ab'), { token, agent: { at: '' } });
    assert.deepEqual(await readGrants(home, 'cd'), {});
    await writeFile(join(home.stateDir, 'git', 'ab.json'), '{"token":');
    assert.deepEqual(await readGrants(home, 'ab'), {});
    await forgetGrants(home, 'ab');
    await forgetGrants(home, 'ab');
    await assert.rejects(readGrants(home, '../links'), RangeError);
  });
});
