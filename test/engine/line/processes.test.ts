import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleOnLine } from './bundle';

const run = promisify(execFile);

/** Needs no engine; it is here since so many processes take longer than the unit tests may. */
describe('Many processes at once', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-many-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('make a key once', async () => {
    const source = `import { userKey } from './keys';
      void userKey({ sshDir: process.argv[2]! }).then((key) => console.log(key.publicKey));`;
    const program = bundleOnLine(dir, 'make', source);
    const sshDir = join(dir, 'made');
    const made = await Promise.all(Array.from({ length: 20 }, () => run(process.execPath, [program, sshDir])));
    assert.equal(new Set(made.map(({ stdout }) => stdout)).size, 1);
    assert.deepEqual((await readdir(sshDir)).sort(), ['id_ed25519', 'id_ed25519.pub']);
  }).timeout(60_000);

  it('lose nothing of the user’s SSH config, with a foreign writer among them', async () => {
    const config = join(dir, '.ssh', 'config');
    await mkdir(join(dir, '.ssh'), { mode: 0o700 });
    await writeFile(config, 'Host first\n', { mode: 0o600 });
    const source = `
      import { createHome } from '../home';
      import { createSshFiles } from './ssh-host-files';
      const files = createSshFiles(createHome({ BERTH_HOME: process.argv[2] }), null);
      files.install(process.argv[3]).catch((error) => { console.error(error); process.exit(1); });`;
    const program = bundleOnLine(dir, 'install', source);
    const installs = Array.from({ length: 20 }, (_, i) => {
      // Four homes: each has a line of its own, and each is installed by five processes.
      const args = [program, join(dir, `home${i % 4}`), config];
      return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    });
    const ended = Promise.all(installs.map(async (child) => (await once(child, 'exit'))[0] as number));
    let written = 0;
    let busy = true;
    void ended.then(() => (busy = false));
    while ((() => busy)()) {
      await appendFile(config, `Host foreign-${written}\n`);
      written += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.deepEqual(
      await ended,
      installs.map(() => 0),
    );
    const lines = (await readFile(config, 'utf8')).split('\n');
    assert.equal(lines.filter((line) => line === 'Host first').length, 1);
    const foreign = lines.filter((line) => line.startsWith('Host foreign-'));
    assert.equal(new Set(foreign).size, written, 'every line of the foreign writer is there');
    assert.equal(foreign.length, written, 'and none twice');
    for (let i = 0; i < 4; i += 1) {
      assert.equal(lines.filter((line) => line === `Include ${join(dir, `home${i}`, 'ssh', 'config')}`).length, 1);
    }
    assert.match(lines[0]!, /^Include /);
  }).timeout(60_000);
});
