import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EDITOR_VERSIONS, ensureEditor, type Editor } from '../harness/editors';
import { runInExtensionHost } from '../harness/extension-host';
import { bundleHostTests } from '../harness/host-bundle';
import { makePackage } from '../harness/package';
import { REPOSITORY } from '../harness/paths';
import { openWorkbench } from '../harness/workbench';
import { answers } from '../standin-engine/containers';
import { addProjects } from '../standin-engine/projects';
import { StandInEngine } from '../standin-engine/standin-engine';
import { emptyExtension, timeExtension, type HostFigures, type Started } from './editor-host';
import { manyLines } from './in-editor/many-lines';
import { changesInStorm, onScreen, pauses } from './on-screen';
import { median, p95, startsOfNode, type Samples } from './samples';
import { stealing } from './steal';
import type { Bench, Figure, Measured } from './suite';

const many = 1000;
/** What a busy machine has. */
const eventsPerSecond = 10;
/**
 * So many of all stop and start in a storm whose CPU is told: a row that has just changed has no age to be written anew, and
 * were it half of all rows, a minute with a storm would be spared hundreds of these that a calm one has.
 */
const stormAmong = 60;

/** What the editor's own rows cost: starting, holding a thousand containers, drawing, and a flood of output. */
export async function measureEditor(bench: Bench): Promise<Measured> {
  const root = await bench.folder();
  const entry = await bundleHostTests(join(__dirname, 'in-editor'), join(REPOSITORY, 'dist/bench-in-editor'));
  const figures: Figure[] = [await packed(root)];
  const stages = { berth: join(root, 'package/stage'), empty: join(root, 'empty') };
  await timeExtension(stages.berth);
  await emptyExtension(stages.empty);
  const only = process.env['BERTH_TEST_EDITOR'];
  for (const version of EDITOR_VERSIONS.filter((each) => only === undefined || only === each)) {
    const editor = await ensureEditor(version);
    figures.push(...(await ofEditor({ bench, root: join(root, version), editor, entry, stages })));
  }
  return { engine: `${String(answers.version['Version'])} (stood in for)`, figures };
}

async function packed(root: string): Promise<Figure> {
  const vsix = await makePackage(join(root, 'package'));
  return { what: 'size', how: 'the package (.vsix)', value: (await stat(vsix)).size / 1e6, unit: 'MB', atMost: 1.5 };
}

interface Setting {
  readonly bench: Bench;
  readonly root: string;
  readonly editor: Editor;
  readonly entry: string;
  readonly stages: { readonly berth: string; readonly empty: string };
}

async function ofEditor(setting: Setting): Promise<Figure[]> {
  const { bench, editor } = setting;
  const [berth, empty]: [HostFigures[], HostFigures[]] = [[], []];
  // The budgets are times, and a machine may be three times slower in one hour than in another.
  const node: number[] = [];
  const stolen = await stealing();
  for (let round = 0; round < bench.rounds; round += 1) {
    bench.say(`editor ${editor.version}: ${round + 1} of ${bench.rounds}`);
    empty.push((await inHost(setting, 'empty', 0)).figures);
    node.push(...(await startsOfNode(5)).ms);
    berth.push((await inHost(setting, 'berth', many)).figures);
    node.push(...(await startsOfNode(5)).ms);
  }
  bench.say(`editor ${editor.version}: starts`);
  const started = await starts(setting, bench.rounds);
  bench.say(`editor ${editor.version}: at rest`);
  const [resting, calm] = [await rest(setting, 'berth', 100), await rest(setting, 'empty', 0)];
  bench.say(`editor ${editor.version}: on screen`);
  const seen = await seenOnScreen(setting);
  const of = (runs: readonly HostFigures[], pick: (run: HostFigures) => number | undefined) =>
    median({ ms: runs.flatMap((run) => pick(run) ?? []) });
  const tree = (which: 'all' | 'again' | 'above') => of(berth, (run) => median({ ms: run.tree?.[which] ?? [] }));
  const name = `VS Code ${editor.version}`;
  const ms = (how: string, value: number, atMost?: number): Figure => ({
    ...{ what: name, how, value, unit: 'ms' },
    ...(atMost === undefined ? {} : { atMost }),
  });
  return [
    ms('`node -e 0` meanwhile: how quick the machine was', median({ ms: node })),
    { what: name, how: 'what other machines on it had of its cores', value: await stolen(), unit: '%' },
    ms(
      'activation, above an empty extension',
      median(startsOf(started.berth, 'ms')) - median(startsOf(started.empty, 'ms')),
      25,
    ),
    ms('of which it waited for a core, which the starting editor has', median(startsOf(started.berth, 'waitedMs'))),
    ms('what follows it, in turns of its own', median(startsOf(started.berth, 'laterMs'))),
    ms('the first of a build in an editor', started.anew),
    {
      what: name,
      how: 'script that activation reads',
      value: of(berth, (run) => run.started.bytes) / 1e3,
      unit: 'KB',
      atMost: 150,
    },
    ms('an engine event until the row changes on screen, median', median(seen.apart)),
    ms('the same, p95', p95(seen.apart), 150),
    ms('where it comes right after another change, which is gathered for 250 ms, p95', p95(seen.close)),
    {
      what: name,
      how: `changes on screen a second, of ${eventsPerSecond} events a second`,
      value: seen.inStorm,
      unit: '',
      atLeast: 2,
    },
    {
      what: name,
      how: `memory with ${many} containers, above an empty extension`,
      value: (of(berth, (run) => run.heapBytes) - of(empty, (run) => run.heapBytes)) / 1e6,
      unit: 'MB',
      atMost: 60,
    },
    ms(`CPU of one event, ${eventsPerSecond} a second, above as much calm`, of(berth, ofEvent), 1),
    ms(
      'longest hold of the extension host in a storm of them, with a core at hand',
      of(berth, ({ holds }) => holds?.own),
      50,
    ),
    ms(
      'the same, whoever had the cores',
      of(berth, ({ holds }) => holds?.ms),
    ),
    ms(`the tree asked for ${many} rows`, tree('all'), 16),
    ms('the tree made again, nothing changed', tree('again'), 16),
    ms(`the row above each of ${many}`, tree('above'), 16),
    {
      what: name,
      how: 'CPU at rest with 100 containers, of one core, above an empty extension',
      value: (resting - calm) / 10,
      unit: '%',
      atMost: 0.5,
    },
    ms(
      'a million lines into an output channel',
      of(berth, ({ lines }) => lines?.ms),
    ),
    ms(
      'longest hold of the extension host meanwhile',
      of(berth, ({ lines }) => lines?.holds),
      50,
    ),
    { what: name, how: 'lines there', value: of(berth, (run) => run.lines?.written), unit: '', atLeast: manyLines },
  ];
}

/** CPU of one of a storm's events, above as much calm before it: what the editor does by itself is in both. */
function ofEvent({ events }: HostFigures): number | undefined {
  return events === undefined ? undefined : median({ ms: events.cpuMs }) / (events.seconds * eventsPerSecond);
}

/**
 * The extension host looks through all processes of the machine for ports every other second, which takes it three percent
 * of a core, by how many there are, unless the terminals' output is to tell of ports (the first setting alone does not hold
 * it); and asks git. Neither is the extension's, and both hide what that takes.
 */
const quiet = {
  'remote.autoForwardPorts': false,
  'remote.autoForwardPortsSource': 'output',
  'git.enabled': false,
};

type Env = Readonly<Record<string, string>>;

/** Milliseconds for which the first of several windows is there: longer than until what was compiled for its start is kept. */
const first = 8_000;
/** Of the others: longer than until what a start left for later is done. */
const other = 500;

interface Starts extends Readonly<Record<'berth' | 'empty', readonly Started[]>> {
  /** The first of a build in an editor. */
  readonly anew: number;
}

/**
 * Milliseconds that extensions take to start, each in a fresh window of the same editor: by turns, since one that nothing was
 * read for in a while waits for the disk.
 */
async function starts(setting: Setting, rounds: number): Promise<Starts> {
  const taken = { berth: [] as Started[], empty: [] as Started[] };
  const places = { berth: await setting.bench.folder(), empty: await setting.bench.folder() };
  for (let round = 0; round <= rounds * 15; round += 1) {
    for (const what of ['empty', 'berth'] as const) {
      const open = { BERTH_BENCH_START: String(round === 0 ? first : other) };
      const { figures } = await inHost(setting, what, 0, open, places[what]);
      taken[what].push(figures.started);
    }
  }
  const [anew] = taken.berth;
  return { berth: taken.berth.slice(1), empty: taken.empty.slice(1), anew: anew?.ms ?? 0 };
}

function startsOf(starts: readonly Started[], which: 'ms' | 'waitedMs' | 'laterMs'): Samples {
  return { what: which, ms: starts.map((start) => start[which]) };
}

/** Milliseconds of CPU that an extension host at rest takes in a second: for longer than the store's own pace of polling. */
async function rest(setting: Setting, what: 'berth' | 'empty', count: number): Promise<number> {
  return (await inHost(setting, what, count, { BERTH_BENCH_REST: '65' })).figures.rest;
}

/** A fresh window in whose extension host is measured; `count` containers on a stand-in engine. `data`: of an editor that was there before. */
async function inHost(setting: Setting, what: 'berth' | 'empty', count: number, more: Env = {}, data?: string) {
  const { bench, editor, entry, stages } = setting;
  const place = await bench.folder();
  const [folder, home, signal] = ['folder', 'home', 'signal'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(folder);
  const engine = await StandInEngine.open(join(place, 'engine.sock'));
  const stop = new AbortController();
  try {
    await addProjects(engine, { root: place, home, count });
    void follow(engine, signal, stop.signal);
    const counted: { lines?: number } = {};
    const figures = (await runInExtensionHost(editor, {
      folder,
      extensionDir: stages[what],
      testsEntry: entry,
      trust: true,
      settings: quiet,
      userDataDir: data ?? join(place, 'data'),
      limit: 600_000,
      signal: bench.session.signal,
      env: {
        ...{ BERTH_HOME: home, DOCKER_HOST: engine.address, BERTH_BENCH_WITH: what, BERTH_BENCH_COUNT: String(count) },
        ...{ BERTH_BENCH_STORM: signal, ...more },
      },
    })) as unknown as HostFigures;
    const { lines } = figures;
    if (lines !== undefined) counted.lines = await linesWritten(join(place, 'data'), lines.channel);
    const whole = lines === undefined ? figures : { ...figures, lines: { ...lines, written: counted.lines ?? 0 } };
    return { figures: whole };
  } finally {
    stop.abort();
    await engine.dispose();
  }
}

/** Has the engine storm while the file says so. */
async function follow(engine: StandInEngine, signal: string, stop: AbortSignal): Promise<void> {
  let storm: { dispose(): void } | undefined;
  while (!stop.aborted) {
    const said = existsSync(signal) ? await readFile(signal, 'utf8') : '';
    if (said === 'storm') storm ??= engine.storm(eventsPerSecond, stormAmong);
    else {
      storm?.dispose();
      storm = undefined;
    }
    await delay(20);
  }
  storm?.dispose();
}

/** The lines of a channel, as the editor keeps them: a file of its logs. */
async function linesWritten(data: string, channel: string): Promise<number> {
  const files = await readdir(join(data, 'data/logs'), { recursive: true });
  const file = files.find((name) => name.includes(channel.replace(/[\\/:*?"<>|]/g, '')));
  if (file === undefined) return 0;
  const text = await readFile(join(data, 'data/logs', file), 'latin1');
  return text.split('\n').filter((line) => /^line \d+ of many$/.test(line)).length;
}

interface Seen {
  readonly apart: Samples;
  readonly close: Samples;
  readonly inStorm: number;
}

/**
 * Events apart from each other, each as soon as the one before it is on screen, and in a storm. A tree's change is shown at
 * once, and what follows is gathered, see views/containers.ts: the second measures little but that.
 */
async function seenOnScreen({ bench, editor, stages }: Setting): Promise<Seen> {
  const place = await bench.folder();
  const [folder, home] = [join(place, 'folder'), join(place, 'home')];
  await mkdir(folder);
  const engine = await StandInEngine.open(join(place, 'engine.sock'));
  try {
    const [first] = await addProjects(engine, { root: place, home, count: many });
    if (first === undefined) throw new Error('there is no project');
    const window = await openWorkbench(editor, {
      folder,
      extensionDir: stages.berth,
      trust: true,
      env: { BERTH_HOME: home, DOCKER_HOST: engine.address },
    });
    try {
      await window.page.locator('.activitybar .action-label[aria-label="Berth"]').first().click();
      const seen = (pause: (round: number) => number) => onScreen(window.page, engine, first, bench.rounds * 60, pause);
      return {
        apart: { what: 'on screen', ms: await seen(pauses.apart) },
        close: { what: 'on screen, one after the other', ms: await seen(pauses.none) },
        inStorm: await changesInStorm(window.page, engine, eventsPerSecond),
      };
    } finally {
      await window.dispose();
    }
  } finally {
    await engine.dispose();
  }
}
