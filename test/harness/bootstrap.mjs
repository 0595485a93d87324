// Runs before any package is there, so it imports nothing but Node's own: brings the packages, then hands over.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oldNode } from './machine.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const [what = '', ...rest] = process.argv.slice(2);
const scripts = { start: 'start.ts', test: 'run.ts' };

function stop(why) {
  console.error(why);
  process.exit(1);
}

/** npm writes this file last, so one that is newer than the lock file stands for a whole installation of it. */
function packagesAreCurrent() {
  const mark = join(repository, 'node_modules/.package-lock.json');
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(repository, 'package-lock.json')).mtimeMs;
}

const script = scripts[what] ?? stop('usage: bootstrap.mjs start|test [ARG …]');
const old = oldNode(process.version);
if (old !== undefined) stop(old);
if (!packagesAreCurrent()) {
  console.log('· installing npm packages');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, error } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: repository,
    stdio: 'inherit',
  });
  if (error !== undefined) stop(`npm could not be started (${error.message}): install npm 10 or later`);
  if (status !== 0) stop('npm ci failed: see above');
}

const tsx = join(repository, 'node_modules/tsx/dist/cli.mjs');
const child = spawn(process.execPath, [tsx, join(repository, 'test/harness', script), ...rest], {
  cwd: repository,
  stdio: 'inherit',
});
// The terminal sends its signals to the whole group: the child cleans up, and this one only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
