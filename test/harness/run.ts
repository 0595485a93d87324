import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumPath } from './browser';
import { cached } from './cache';
import { EDITOR_VERSIONS, ensureEditor } from './editors';
import { ensureEnginePackages, startEngine, type Engine } from './engine';
import { HarnessError, killRunning, onPath, withEnv } from './exec';
import { ensureBaseImages } from './images';
import { inventory, leaked, RUN_MARK } from './leaks';
import { ensurePackages } from './packages';
import { REPOSITORY } from './paths';
import type { SuiteResult } from './reporter';

/** What can be run by itself with `--only`; all of it, in this order, otherwise. */
const PARTS = ['check', 'unit', 'engine', 'editor'] as const;
type Part = (typeof PARTS)[number];

const interrupted = new AbortController();
const children = new Set<ChildProcess>();

function say(line: string): void {
  console.log(`· ${line}`);
}

/** Runs a part's program with its output in view; gives its exit code. */
async function show(
  command: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  const child = spawn(command, args, { cwd: REPOSITORY, env: withEnv(env), stdio: ['ignore', 'inherit', 'inherit'] });
  children.add(child);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 1));
    });
  } finally {
    children.delete(child);
  }
}

/** One mocha suite. A crash, or an end without any test, is a failure of its own. */
async function suite(part: Part, env: Record<string, string | undefined>): Promise<SuiteResult> {
  const scratch = await mkdtemp(join(tmpdir(), 'berth-sums-'));
  const sums = join(scratch, 'sums.json');
  try {
    const config = join('test', part, '.mocharc.json');
    const args = [join(REPOSITORY, 'node_modules/mocha/bin/mocha.js'), '--config', config];
    const reporter = ['--reporter', join(__dirname, 'reporter.ts')];
    const code = await show(process.execPath, [...args, ...reporter], { ...env, BERTH_TEST_SUMS: sums });
    const text = await readFile(sums, 'utf8').catch(() => null);
    const result = text === null ? { passed: 0, failed: 0, skipped: 0 } : (JSON.parse(text) as SuiteResult);
    const ran = result.passed + result.failed;
    if (ran > 0 && (code === 0) === (result.failed === 0)) return result;
    say(`the suite ${part} ${ran === 0 ? 'ran no test' : 'did not end as its tests did'} (exit code ${code})`);
    return { ...result, failed: result.failed + 1 };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function check(): Promise<SuiteResult> {
  const code = await show('npm', ['run', '--silent', 'check'], {});
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** Puts on the machine what the parts need; the slow ones side by side. */
async function setUp(parts: ReadonlySet<Part>): Promise<Engine | undefined> {
  if (!parts.has('engine') && !parts.has('editor')) return undefined;
  await ensureEnginePackages(say);
  const tools = ['debootstrap', 'ssh', 'sftp', 'git'];
  const there = async () => (await Promise.all(tools.map(onPath))).every(Boolean);
  await ensurePackages(['debootstrap', 'openssh-client', 'git', 'ca-certificates'], there, say);
  const editors = async () => {
    if (!parts.has('editor')) return;
    const browser = () => Promise.resolve(chromiumPath() !== undefined);
    await ensurePackages(['chromium', 'fonts-dejavu-core'], browser, say);
    for (const version of EDITOR_VERSIONS) {
      say(`editor ${version}`);
      await ensureEditor(version, say);
    }
  };
  const engine = async () => {
    say('starting a private engine');
    const started = await startEngine({ data: cached('engine') });
    say('base images');
    await ensureBaseImages(started.socket);
    return started;
  };
  const [started] = await Promise.all([engine(), editors()]);
  return started;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const chosen = values.only?.split(',') ?? PARTS;
  const parts = new Set(PARTS.filter((part) => chosen.includes(part)));
  if (parts.size === 0) throw new HarnessError(`--only takes some of ${PARTS.join(', ')}`);
  const mark = randomBytes(8).toString('hex');
  process.env[RUN_MARK] = mark;
  const engine = await setUp(parts);
  const results: SuiteResult[] = [];
  try {
    say('building');
    if ((await show(process.execPath, ['esbuild.mjs'], {})) !== 0) throw new HarnessError('the build failed');
    const before = engine === undefined ? undefined : await inventory(engine.socket);
    const env = engine === undefined ? {} : { ...engine.env, BERTH_TEST_ENGINE: engine.socket };
    for (const part of parts) {
      if (interrupted.signal.aborted) break;
      const began = Date.now();
      say(part);
      results.push(part === 'check' ? await check() : await suite(part, env));
      say(`${part}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
    }
    if (engine !== undefined && before !== undefined) {
      const left = leaked(before, await inventory(engine.socket));
      for (const thing of left) say(`left behind: ${thing}`);
      if (left.length > 0) results.push({ passed: 0, failed: 1, skipped: 0 });
    }
  } finally {
    await engine?.dispose();
  }
  if (interrupted.signal.aborted) return 130;
  const sum = (what: keyof SuiteResult) => results.reduce((total, result) => total + result[what], 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted.abort();
    killRunning();
    for (const child of children) child.kill('SIGTERM');
  });
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof HarnessError ? error.message : error);
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  },
);
