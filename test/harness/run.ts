import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EDITOR_VERSIONS, type EditorVersion } from './editors';
import { inventory, leaked, RUN_MARK } from './leaks';
import { REPOSITORY } from './paths';
import { end, processesWith } from './processes';
import { Session } from './session';
import { buildBerth, setUpEditors, setUpEngine } from './setup';
import { checkSuite, fuzzSuite, hostSuite, mochaSuite } from './suites';
import { closing, single, type SuiteResult } from './tally';

const PARTS = ['check', 'unit', 'engine', 'editor'] as const;
type Part = (typeof PARTS)[number];

function config(part: Part): string {
  return join(REPOSITORY, 'test', part, '.mocharc.json');
}

async function suites(session: Session, parts: readonly Part[], results: SuiteResult[]): Promise<void> {
  const wants = (part: Part) => parts.includes(part);
  const { signal, say } = session;
  const add = async (name: string, work: () => Promise<SuiteResult>) => {
    signal.throwIfAborted();
    say(name);
    results.push(await work());
  };
  // Fetching and compiling the editors leaves room for debootstrap, which mostly waits for the mirror.
  const needsEngine = wants('engine') || wants('editor');
  const given = process.env['BERTH_TEST_ENGINE'];
  const engineReady = needsEngine ? (given ?? setUpEngine(session)) : undefined;
  const [engine] = await Promise.all([engineReady, wants('editor') ? setUpEditors(session) : undefined]);
  if (wants('editor') || wants('unit') || wants('engine')) await buildBerth(session);

  const mark = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), 'berth-run-'));
  // One test runs the command line as another user, who has to get at it in here.
  await chmod(folder, 0o755);
  await session.keep({ dispose: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) });
  // A suite that is stopped from outside cannot end what it has started: whatever carries this run's mark goes with it.
  const leftovers = () => processesWith('environ', [`${RUN_MARK}=${mark}`]);
  const endLeftovers = () => {
    end(leftovers(), 'SIGKILL');
    return Promise.resolve();
  };
  await session.keep({ dispose: endLeftovers });
  const plain = { [RUN_MARK]: mark, TMPDIR: folder };
  if (wants('unit')) await add('unit', () => mochaSuite('unit', config('unit'), plain, signal));
  // They keep one core busy and need no engine, while the engine's suite mostly waits for the engine.
  const beside = (async () => {
    if (wants('check')) await add('check: types, lint, format', checkSuite);
    if (wants('unit')) await add('fuzz: 20,000 templates', fuzzSuite);
  })();
  beside.catch(() => undefined); // Its failure is met where it is waited for.
  if (engine === undefined) return beside;
  const env = { ...plain, BERTH_TEST_ENGINE: engine, DOCKER_HOST: engine, DOCKER_CONTEXT: undefined };
  const grounds = { mark, folder };
  const before = await inventory(engine, grounds);
  if (wants('engine')) await add('engine', () => mochaSuite('engine', config('engine'), env, signal));
  await beside;
  const inEditor = async (version: EditorVersion) => {
    await add(`extension host, VS Code ${version}`, () => hostSuite(version, env, signal));
    const own = { ...env, BERTH_TEST_EDITOR: version };
    const name = `clicks ${version}`;
    await add(`clicking through VS Code ${version}`, () => mochaSuite(name, config('editor'), own, signal));
  };
  if (wants('editor')) for (const version of EDITOR_VERSIONS) await inEditor(version);
  signal.throwIfAborted();
  // On an engine that others use at the same time, what is new there may be theirs.
  if (given === undefined) {
    const left = leaked(before, await inventory(engine, grounds));
    results.push(single('leaves nothing behind', left.length > 0 ? `left behind: ${left.join(', ')}` : undefined));
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const only = values.only?.split(',') ?? PARTS;
  const parts = PARTS.filter((part) => only.includes(part));
  const session = new Session();
  const results: SuiteResult[] = [];
  try {
    if (parts.length === 0) throw new Error(`--only takes some of ${PARTS.join(', ')}`);
    await suites(session, parts, results);
  } catch (error) {
    const why: unknown = session.signal.aborted ? session.signal.reason : error;
    results.push(single('the run itself', why instanceof Error ? why.message : String(why)));
  } finally {
    await session.end();
  }
  for (const { name, passed, failed, reasons } of results) {
    console.log(`${failed > 0 ? '✖' : '✔'} ${name}: ${passed} passed, ${failed} failed`);
    for (const reason of reasons) console.log(`    ${reason}`);
  }
  console.log(closing(results));
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

void main().then((code) => process.exit(code));
