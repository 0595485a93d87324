import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHome, type BerthHome } from '../../../src/core/home';
import { createSshFiles } from '../../../src/core/line/ssh-host-files';
import type { SshFiles } from '../../../src/core/line/ssh-files';

describe("Installing into the user's SSH config", () => {
  let dir: string;
  let config: string;
  let home: BerthHome;
  let files: SshFiles;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-ssh-'));
    config = join(dir, '.ssh', 'config');
    home = createHome({ BERTH_HOME: join(dir, 'home') });
    files = createSshFiles(home, null);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const put = async (text: string, mode: number): Promise<void> => {
    await mkdir(join(dir, '.ssh'), { mode: 0o700 });
    await writeFile(config, text);
    await chmod(config, mode);
  };

  it('keeps the mode and every byte, and is undone', async () => {
    const text = 'Host ü\r\n  User x'; // No line end at the end, CRLF, not ASCII.
    await put(text, 0o644);
    assert.deepEqual(await files.install(config), {
      userConfig: config,
      ownConfig: join(home.sshDir, 'config'),
      installed: true,
    });
    assert.equal((await readFile(config, 'utf8')).split('\r\n')[0], `Include ${join(home.sshDir, 'config')}`);
    assert.equal((await stat(config)).mode & 0o777, 0o644);
    const once = await readFile(config);
    await files.install(config);
    assert.deepEqual(await readFile(config), once);
    assert.equal((await files.uninstall(config)).installed, false);
    assert.equal(await readFile(config, 'utf8'), text);
    assert.deepEqual(await readdir(join(dir, '.ssh')), ['config']);
  });

  it('makes what is missing with modes that ssh accepts, and takes it away again', async () => {
    await files.install(config);
    assert.equal((await stat(config)).mode & 0o777, 0o600);
    assert.equal((await stat(join(dir, '.ssh'))).mode & 0o777, 0o700);
    await files.uninstall(config);
    assert.deepEqual(await readdir(join(dir, '.ssh')), []);
  });

  it('follows a symlink and leaves it one', async () => {
    await mkdir(join(dir, 'dotfiles'));
    await mkdir(join(dir, '.ssh'));
    await writeFile(join(dir, 'dotfiles', 'ssh'), 'Host a\n');
    await symlink('../dotfiles/ssh', config);
    await files.install(config);
    assert((await lstat(config)).isSymbolicLink());
    assert.match(await readFile(join(dir, 'dotfiles', 'ssh'), 'utf8'), /^Include .*\n#.*\nHost a\n$/);
  });

  it('says what it could not do', async () => {
    await mkdir(config, { recursive: true });
    await assert.rejects(files.install(config), { code: 'ssh_config_failed', message: /Include/ });
  });
});
