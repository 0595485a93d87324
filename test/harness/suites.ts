import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, withEnv } from './exec';
import { RESULT_VARIABLE, type HostResults } from './extension-host';
import { REPOSITORY } from './paths';
import { endGroup } from './server';
import { judge, single, type SuiteResult } from './tally';

/** Lies over the process's own; an undefined one takes it away. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Runs a script of package.json beside other suites: what it says is shown in one piece, at its end. */
async function scriptSuite(name: string, ...args: readonly string[]): Promise<SuiteResult> {
  let said = '';
  const script = ['run', '--silent', name, '--', ...args];
  const { code } = await run('npm', script, { cwd: REPOSITORY, accept: 'any', onOutput: (text) => (said += text) });
  process.stdout.write(said);
  return single(name, code === 0 ? undefined : `npm run ${name} found something`);
}

/** Compiler, linter and formatter, together one check. */
export const checkSuite = (): Promise<SuiteResult> => scriptSuite('check');

/**
 * The fuzz of templates, of another seed each time; it prints the seed, and what failed. A twentieth of
 * what `npm run fuzz` judges by itself: that takes both cores for half a minute, which a run that is waited for has not.
 */
export const fuzzSuite = (): Promise<SuiteResult> => scriptSuite('fuzz', '--count', '1000');

async function read(path: string): Promise<HostResults | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as HostResults) : undefined;
}

/** A mocha suite, and how its run is shown. */
export interface MochaSuite {
  readonly name: string;
  readonly config: string;
  /** In place of the configuration's own files. */
  readonly files?: readonly string[];
  /** Shown in one piece at its end, where others run beside it; else its output streams through. */
  readonly quiet?: boolean;
}

/** Runs a mocha suite in a process group of its own. */
export async function mochaSuite(
  { name, config, files, quiet = false }: MochaSuite,
  env: Env,
  signal: AbortSignal,
): Promise<SuiteResult> {
  const scratch = await mkdtemp(join(env['TMPDIR'] ?? tmpdir(), 'results-'));
  const path = join(scratch, 'results.json');
  const mocha = join(REPOSITORY, 'node_modules/mocha/bin/mocha.js');
  const own = files === undefined ? config : join(scratch, 'mocharc.json');
  // Files named on the command line would be run besides the configuration's own.
  if (files !== undefined) {
    const given = JSON.parse(await readFile(config, 'utf8')) as object;
    await writeFile(own, JSON.stringify({ ...given, spec: files }));
  }
  // A file and not a pipe, which a process that the suite has left behind would hold open.
  const said = quiet ? await open(join(scratch, 'said'), 'w+') : undefined;
  const child = spawn(process.execPath, [mocha, '--config', own, '--reporter', './test/harness/reporter.ts'], {
    cwd: REPOSITORY,
    env: withEnv({ ...env, [RESULT_VARIABLE]: path }),
    detached: true,
    stdio: ['ignore', said?.fd ?? 'inherit', said?.fd ?? 'inherit'],
  });
  const stop = () => void endGroup(child, 20_000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exit) => resolve(exit ?? 1));
    });
    if (quiet) process.stdout.write(`\n▼ ${name}\n${await readFile(join(scratch, 'said'), 'utf8')}`);
    return judge(name, code, await read(path));
  } finally {
    signal.removeEventListener('abort', stop);
    await said?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
