import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateKey, hostKey, publicKeyOf, removeHostKey, userKey } from '../../../src/core/line/keys';

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

  it('are whole: one whose leading zero byte ssh2 has cut off is thrown away', async () => {
    const blob = (bytes: number): string => `ssh-ed25519 ${Buffer.alloc(bytes).toString('base64')}`;
    const made = [blob(50), blob(49), blob(51), blob(51)];
    const key = await generateKey('x', () => ({ private: '', public: made.shift() ?? '' }));
    assert.deepEqual([key.public, made.length], [blob(51), 1]);
  });

  it('are not taken from what is no key', () => {
    assert.throws(() => publicKeyOf('-----BEGIN RSA PRIVATE KEY-----'), /OpenSSH/);
  });
});
