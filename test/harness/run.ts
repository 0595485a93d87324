import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepDurations, lastDurations, longestFirst } from './durations';
import { inLanes } from './lanes';
import { inventory, leaked, RUN_MARK } from './leaks';
import { end, processesWith } from './processes';
import { Session } from './session';
import { buildBerth, setUpEditors, setUpEngine } from './setup';
import { SHIPPED, buildShipped } from './shipped';
import { mochaSuite } from './suites';
import { closing, single, type SuiteResult } from './tally';
import { config, PARTS, sharedTasks, type Part } from './tasks';

/**
 * Suites wait for the engine and for editors more than they compute: three at a time keep two cores busy. Where nobody
 * waits for the answer, two leave the machine some air, and a failure says more of the code than of the load.
 */
const LANES = process.env['CI'] === undefined ? 3 : 2;

async function suites(session: Session, parts: readonly Part[], results: SuiteResult[]): Promise<void> {
  const wants = (part: Part) => parts.includes(part);
  const { signal, say } = session;
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
  // Where tsx keeps what it has compiled: in a folder that is new each time every suite would compile all anew.
  const compiled = `tsx-${userInfo().uid}`;
  await symlink(join(tmpdir(), compiled), join(folder, compiled));
  // A suite that is stopped from outside cannot end what it has started: whatever carries this run's mark goes with it.
  const leftovers = () => processesWith('environ', [`${RUN_MARK}=${mark}`]);
  const endLeftovers = () => {
    end(leftovers(), 'SIGKILL');
    return Promise.resolve();
  };
  await session.keep({ dispose: endLeftovers });
  const plain = { [RUN_MARK]: mark, TMPDIR: folder };
  // By itself: its tests are about decisions, and a loaded machine tells nothing about those.
  if (wants('unit')) results.push(await mochaSuite({ name: 'unit', config: config('unit') }, plain, signal));
  const shipped = needsEngine ? await buildShipped(join(folder, 'shipped')) : undefined;
  const env = {
    ...plain,
    [SHIPPED]: shipped,
    BERTH_TEST_ENGINE: engine,
    DOCKER_HOST: engine,
    DOCKER_CONTEXT: undefined,
  };
  const before = engine === undefined ? undefined : await inventory(engine, { mark, folder });
  const took: Record<string, number> = {};
  const tasks = longestFirst(sharedTasks(parts, env, signal), await lastDurations()).map((task) => async () => {
    signal.throwIfAborted();
    say(task.name);
    const begun = performance.now();
    results.push(await task.run());
    took[task.name] = Math.round(performance.now() - begun);
  });
  await inLanes(LANES, tasks);
  await keepDurations(took);
  signal.throwIfAborted();
  // On an engine that others use at the same time, what is new there may be theirs.
  if (given === undefined && engine !== undefined && before !== undefined) {
    const left = leaked(before, await inventory(engine, { mark, folder }));
    results.push(single('leaves nothing behind', left.length > 0 ? `left behind: ${left.join(', ')}` : undefined));
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, everywhere: { type: 'boolean' } } });
  const only = values.only?.split(',') ?? PARTS;
  const parts = PARTS.filter((part) => only.includes(part));
  if (values.everywhere === true) process.env['BERTH_TEST_EVERYWHERE'] = '1';
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
