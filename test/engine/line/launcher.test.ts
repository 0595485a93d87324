import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installLauncher, windowsLauncher } from '../../../src/core/line/launcher';

const run = promisify(execFile);

describe('The launcher', () => {
  let dir: string;
  let home: { launcher: string; libDir: string };
  let cliFile: string;
  let templatesDir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), `berth it's $x `));
    home = { launcher: join(dir, 'bin', 'berth'), libDir: join(dir, 'lib') };
    cliFile = join(dir, 'cli.js');
    templatesDir = join(dir, 'templates');
    await mkdir(templatesDir);
    await writeFile(join(templatesDir, 'base.yaml'), 'a template');
    await writeFile(
      cliFile,
      'console.log(JSON.stringify([__filename, process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE]))',
    );
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const launch = async (env: NodeJS.ProcessEnv, ...args: string[]): Promise<unknown> =>
    JSON.parse((await run(home.launcher, args, { env })).stdout);
  const path = { PATH: `${join(process.execPath, '..')}:/usr/bin:/bin` };

  it('starts its copy of the command line by the Node on the PATH', async () => {
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    await rm(cliFile);
    const [file, args, electron] = (await launch(path, 'a b', `'"$(x)`, '')) as [string, string[], unknown];
    assert.match(file, /lib\/1\.2\.3-[0-9a-f]{12}\/cli\.js$/);
    assert.deepEqual(args, ['a b', `'"$(x)`, '']);
    assert.equal(electron, null);
    assert.equal(await readFile(join(dirname(file), 'templates', 'base.yaml'), 'utf8'), 'a template');
  });

  it('takes along what the command line loads later, and nothing else', async () => {
    await writeFile(join(dir, 'chunk-A1.js'), 'module.exports = "later"');
    await writeFile(join(dir, 'extension.js'), '');
    await writeFile(join(dir, 'cli.js.map'), '');
    await writeFile(cliFile, 'console.log(JSON.stringify(require("./chunk-A1.js")))');
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    await rm(join(dir, 'chunk-A1.js'));
    assert.equal(await launch(path), 'later');
    const [copy = ''] = await readdir(home.libDir);
    assert.deepEqual((await readdir(join(home.libDir, copy))).sort(), ['chunk-A1.js', 'cli.js', 'templates']);
  });

  it('makes one whole copy, however many processes want it at once', async () => {
    await Promise.all(
      Array.from({ length: 8 }, () => installLauncher(home, { cliFile, templatesDir, version: '1.2.3' })),
    );
    assert.equal((await readdir(home.libDir)).length, 1);
    assert(Array.isArray(await launch(path)));
  });

  it('keeps a copy that something may still run from, and lets it go after a month', async () => {
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    const [first = ''] = await readdir(home.libDir);
    await writeFile(cliFile, 'console.log("[2]")');
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    assert.equal((await readdir(home.libDir)).length, 2);
    const old = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
    await utimes(join(home.libDir, first), old, old);
    await writeFile(cliFile, 'console.log("[3]")');
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    const left = await readdir(home.libDir);
    assert.equal(left.length, 2);
    assert(!left.includes(first));
  });

  it('prefers the editor as Node, and does without when that has moved', async () => {
    const editor = join(dir, 'editor');
    await writeFile(editor, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
    await chmod(editor, 0o755);
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3', editorBinary: editor });
    assert.deepEqual(((await launch({ PATH: '/usr/bin:/bin' })) as unknown[])[2], '1');
    await rm(editor);
    assert.deepEqual(((await launch(path)) as unknown[])[2], null);
  });

  it('is not stopped by what an editor’s debugger puts into NODE_OPTIONS', async () => {
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    assert(Array.isArray(await launch({ ...path, NODE_OPTIONS: '--require /no/such/file' })));
  });

  it('says so where there is no Node at all', async () => {
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    const text = (await readFile(home.launcher, 'utf8'))
      .replaceAll('/usr/local/bin/node', '/no')
      .replaceAll('/usr/bin/node', '/no');
    await writeFile(home.launcher, text);
    await mkdir(join(dir, 'empty'));
    await assert.rejects(run(home.launcher, [], { env: { PATH: join(dir, 'empty'), HOME: dir } }), {
      code: 255,
      stderr: /no Node found/,
    });
  });

  it('is left alone when it is up to date, and follows a new build', async () => {
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3', editorBinary: '/opt/editor' });
    const { ino } = await stat(home.launcher);
    const [copy = ''] = await readdir(home.libDir);
    const { ino: copied } = await stat(join(home.libDir, copy, 'cli.js'));
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3', editorBinary: '/opt/editor' });
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    const { ino: later } = await stat(join(home.libDir, copy, 'cli.js'));
    assert.deepEqual([(await stat(home.launcher)).ino, later], [ino, copied]);
    assert.match(await readFile(home.launcher, 'utf8'), /\/opt\/editor/);
    await writeFile(cliFile, 'console.log(JSON.stringify("new"))');
    await installLauncher(home, { cliFile, templatesDir, version: '1.2.3' });
    assert.equal(await launch(path), 'new');
  });

  it('says what is missing', async () => {
    await assert.rejects(installLauncher(home, { templatesDir, cliFile: join(dir, 'none.js'), version: '1' }), {
      code: 'ssh_config_failed',
    });
    await assert.rejects(installLauncher(home, { cliFile, templatesDir, version: '../..' }), {
      code: 'ssh_config_failed',
    });
  });

  it('speaks to Windows in its own way', () => {
    const text = windowsLauncher('C:\\100%\\cli.js', 'C:\\Program Files\\Code\\Code.exe');
    assert.match(
      text,
      /set ELECTRON_RUN_AS_NODE=1\r\n"C:\\Program Files\\Code\\Code\.exe" "C:\\100%%\\cli\.js" %\*\r\n/,
    );
  });
});
