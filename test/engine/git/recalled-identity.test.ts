import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostIdentity } from '../../../src/core/git/identity';
import { identityPage, recalledIdentity } from '../../../src/core/git/recalled-identity';
import { scratch } from '../../harness/berth';

describe('who commits, from one process to the next', () => {
  const dir = scratch();
  const folder = join(dir, 'repository', 'part');
  const asked = join(dir, 'asked');
  const home = { stateDir: join(dir, 'state') };
  const env = { HOME: dir, PATH: `${join(dir, 'bin')}:${process.env['PATH']}`, GIT_TRACE_SECRET: 'hush hush' };
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, env: { ...env, PATH: process.env['PATH'] } });
  const recall = () => recalledIdentity({ home, project: 'abc123', folder, env });
  const times = () => readFileSync(asked, 'utf8').length;

  before(() => {
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(dir, 'bin'));
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const counting = `#!/bin/sh\nprintf x >>'${asked}'\nPATH='${process.env['PATH']}' exec '${real}' "$@"\n`;
    writeFileSync(join(dir, 'bin', 'git'), counting);
    chmodSync(join(dir, 'bin', 'git'), 0o755);
    writeFileSync(asked, '');
    git('init', '--quiet', '..');
    git('config', '--global', 'user.name', 'Ada');
    git('config', '--global', 'user.email', 'ada@example.com');
  });

  it('asks git once, and says the same without it', async () => {
    assert.deepEqual(await recall(), await hostIdentity(folder, { ...env, PATH: process.env['PATH'] }));
    assert.deepEqual(await recall(), { name: 'Ada', email: 'ada@example.com' });
    assert.equal(times(), 1);
  });

  it('asks anew once the user, the repository or the environment says another', async () => {
    git('config', '--global', 'user.name', 'Ada L');
    assert.equal((await recall()).name, 'Ada L');
    git('config', 'user.email', 'ada@work.example');
    assert.equal((await recall()).email, 'ada@work.example');
    const words = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Lady' };
    const said = await recalledIdentity({ home, project: 'abc123', folder, env: { ...env, ...words } });
    assert.equal(said.name, 'Lady');
    assert.equal((await recall()).name, 'Ada L');
    assert.equal(times(), 5);
  });

  it('asks anew after ten seconds, and where what was kept is torn', async () => {
    const file = identityPage(home, 'abc123');
    await recall();
    const before = times();
    const page = JSON.parse(readFileSync(file, 'utf8')) as { readonly at: number };
    writeFileSync(file, JSON.stringify({ ...page, at: page.at - 10_000 }));
    await recall();
    writeFileSync(file, '{"key":');
    await recall();
    assert.equal(times(), before + 2);
  });

  it('keeps no word of the environment, for nobody else to read', () => {
    const file = identityPage(home, 'abc123');
    assert.doesNotMatch(readFileSync(file, 'utf8'), /hush/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
});
