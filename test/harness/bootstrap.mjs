// The first thing that `npm start` and `npm test` run: plain JavaScript without a package, as none may be there yet.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oldNode } from './machine.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const [what, ...rest] = process.argv.slice(2);

/** Ends as a failed run does: `npm test` closes with a tally whatever happened. */
function stop(message) {
  console.error(`✖ ${message}`);
  if (what === 'test') console.log('0 passed, 1 failed');
  process.exit(1);
}

/** Whether the packages are there and at least as new as what they are locked to. */
function installed() {
  const mark = join(repository, 'node_modules/.package-lock.json');
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(repository, 'package-lock.json')).mtimeMs;
}

const old = oldNode(process.version);
if (old !== undefined) stop(old);
if (spawnSync('npm', ['--version']).status !== 0) stop('npm is not on the PATH: install it with Node');
if (!installed()) {
  console.log('▶ packages: npm ci');
  const ci = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: repository,
    stdio: 'inherit',
  });
  if (ci.status !== 0) stop(`npm ci ended with code ${ci.status}`);
}

const script = join(repository, 'test/harness', what === 'test' ? 'run.ts' : 'start.ts');
const child = spawn(process.execPath, ['--import', 'tsx', script, ...rest], { cwd: repository, stdio: 'inherit' });
// Ctrl-C reaches the child by itself; a signal to this process alone has to be passed on. Either way the child cleans up
// and this process waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
