import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hostKey, publicKeyOf, removeHostKey, userKey } from '../../../src/core/line/keys';

const run = promisify(execFile);

describe('Keys', () => {
  let home: { sshDir: string };
  beforeEach(async () => {
    home = { sshDir: await mkdtemp(join(tmpdir(), 'berth-keys-')) };
  });
  afterEach(() => rm(home.sshDir, { recursive: true, force: true }));

  it('are ed25519 in OpenSSH format, for their owner alone', async () => {
    const key = await userKey(home);
    assert.equal((await stat(key.file)).mode & 0o777, 0o600);
    const { stdout } = await run('ssh-keygen', ['-y', '-f', key.file]);
    assert.equal(stdout.trim().split(' ').slice(0, 2).join(' '), key.publicKey);
    assert.match((await run('ssh-keygen', ['-l', '-f', `${key.file}.pub`])).stdout, /ED25519/);
    assert.equal((await userKey(home)).publicKey, key.publicKey);
  });

  it('are one for each project, and go with it', async () => {
    const [a, b] = [await hostKey(home, 'aaaa'), await hostKey(home, 'bbbb')];
    assert.notEqual(a.publicKey, b.publicKey);
    await removeHostKey(home, 'aaaa');
    assert.deepEqual(await readdir(join(home.sshDir, 'hosts')), ['bbbb']);
    await assert.rejects(hostKey(home, '../x'), RangeError);
  });

  it('are made once by 20 processes that start together', async () => {
    const script = `require(${JSON.stringify(join(__dirname, '../../../src/core/line/keys'))})
      .userKey({ sshDir: process.argv[1] }).then((key) => console.log(key.publicKey));`;
    const args = ['--require', 'tsx/cjs', '-e', script, home.sshDir];
    const made = await Promise.all(Array.from({ length: 20 }, () => run(process.execPath, args)));
    assert.equal(new Set(made.map(({ stdout }) => stdout)).size, 1);
    assert.deepEqual((await readdir(home.sshDir)).sort(), ['id_ed25519', 'id_ed25519.pub']);
  }).timeout(60_000);

  it('are not taken from what is no key', () => {
    assert.throws(() => publicKeyOf('-----BEGIN RSA PRIVATE KEY-----'), /OpenSSH/);
  });
});
