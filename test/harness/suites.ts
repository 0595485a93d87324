import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEditor, type EditorVersion } from './editors';
import { run, withEnv } from './exec';
import { RESULT_VARIABLE, runInExtensionHost, type HostResults } from './extension-host';
import { bundleHostTests } from './host-bundle';
import { REPOSITORY } from './paths';
import { endGroup } from './server';
import { judge, single, type SuiteResult } from './tally';

type Env = Readonly<Record<string, string | undefined>>;

/** Runs a script of package.json beside other suites: what it says is shown in one piece, at its end. */
async function scriptSuite(name: string): Promise<SuiteResult> {
  let said = '';
  const script = ['run', '--silent', name];
  const { code } = await run('npm', script, { cwd: REPOSITORY, accept: 'any', onOutput: (text) => (said += text) });
  process.stdout.write(said);
  return single(name, code === 0 ? undefined : `npm run ${name} found something`);
}

/** Compiler, linter and formatter, together one check. */
export const checkSuite = (): Promise<SuiteResult> => scriptSuite('check');

/** The fuzz of templates, of another seed each time; it prints the seed, and what failed. */
export const fuzzSuite = (): Promise<SuiteResult> => scriptSuite('fuzz');

async function read(path: string): Promise<HostResults | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as HostResults) : undefined;
}

/** Runs a mocha suite in a process group of its own; its output streams through. */
export async function mochaSuite(name: string, config: string, env: Env, signal: AbortSignal): Promise<SuiteResult> {
  const scratch = await mkdtemp(join(env['TMPDIR'] ?? tmpdir(), 'results-'));
  const path = join(scratch, 'results.json');
  const mocha = join(REPOSITORY, 'node_modules/mocha/bin/mocha.js');
  const child = spawn(process.execPath, [mocha, '--config', config, '--reporter', './test/harness/reporter.ts'], {
    cwd: REPOSITORY,
    env: withEnv({ ...env, [RESULT_VARIABLE]: path }),
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = () => void endGroup(child, 20_000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exit) => resolve(exit ?? 1));
    });
    return judge(name, code, await read(path));
  } finally {
    signal.removeEventListener('abort', stop);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Runs the suites of test/editor/host inside one editor, on a copy of the example with homes of its own. */
export async function hostSuite(version: EditorVersion, env: Env, signal: AbortSignal): Promise<SuiteResult> {
  const name = `extension host ${version}`;
  const scratch = await mkdtemp(join(env['TMPDIR'] ?? tmpdir(), 'berth-host-'));
  const folder = join(scratch, 'hello-python');
  const home = join(scratch, 'home');
  for (const path of [folder, home]) await mkdir(path);
  const example = join(REPOSITORY, 'examples/hello-python');
  if (existsSync(example)) await cp(example, folder, { recursive: true });
  try {
    const testsEntry = await bundleHostTests();
    const results = await runInExtensionHost(await ensureEditor(version), {
      folder,
      extensionDir: REPOSITORY,
      testsEntry,
      trust: true,
      env: { ...env, HOME: home, BERTH_HOME: join(home, '.berth') },
      limit: 15 * 60_000,
      onLog: (line) => {
        if (/^\s*(✔|✓|\d+\)|\d+ (passing|failing))/.test(line)) console.log(line);
      },
      signal,
    });
    for (const failure of results.failures) console.log(`\n  ✖ ${failure.title}\n${failure.message}`);
    return judge(name, 0, results);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(reason);
    return single(name, reason);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
