import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answers } from '../standin-engine/containers';
import { addProjects } from '../standin-engine/projects';
import { StandInEngine } from '../standin-engine/standin-engine';
import type { Loaded } from './core-process';
import { measureFleet } from './fleet';
import { Observer } from './observer';
import { median } from './samples';
import type { Bench, Figure, Measured } from './suite';

const lists = 'GET /containers/json';
const counts = [10, 100, 1000, 10_000] as const;
/** Of which numbers a minute at rest is worth its time. */
const atRest: readonly number[] = [100, 1000];
/** Events a second; the slower ones are what a machine has, the faster what a storm is. */
const rates = [10, 100] as const;
/** Seconds of a storm, and of a rest: the latter is longer than the store's own pace of polling. */
const seconds = { storm: 6, rest: 65 };

/** Costs of the core by the number of containers, of a stand-in engine that a process of its own asks. */
export async function measureScale(bench: Bench): Promise<Measured> {
  const figures: Figure[] = [];
  let empty = 0;
  for (const count of counts) {
    const runs: One[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`scale: ${count} containers, ${round + 1} of ${bench.rounds}`);
      runs.push(await one(bench, count, round === 0 && atRest.includes(count)));
    }
    const of = (pick: (run: One) => number | undefined): number =>
      median({ ms: runs.flatMap((run) => pick(run) ?? []) });
    if (count === counts[0]) empty = of(({ heap }) => heap);
    figures.push(...figuresOf(count, of, empty));
  }
  figures.push(...(await measureFleet(bench)));
  return { engine: `${String(answers.version['Version'])} (stood in for)`, figures };
}

/** What one process measured; milliseconds and bytes. */
interface One {
  readonly first: number;
  /** CPU of the first list, with reading the engine's answer. */
  readonly firstCpu: number;
  readonly again: number;
  readonly heap: number;
  /** CPU of one event, by rate. */
  readonly event: Readonly<Record<number, number>>;
  readonly blocked: number;
  /** CPU of a second at rest; left out where that was not waited for. */
  readonly rest?: number;
}

async function one(bench: Bench, count: number, withRest: boolean): Promise<One> {
  const root = await bench.folder();
  const home = join(root, 'home');
  const engine = await StandInEngine.open(join(root, 'engine.sock'));
  const observer = Observer.start(root);
  try {
    await addProjects(engine, { root, home, count });
    const sinceAnswer = ({ at }: Loaded) => at - (engine.answered.get(lists) ?? at);
    const idle = await observer.usage();
    const first = sinceAnswer(await observer.load([{ address: engine.address, home }]));
    const firstCpu = (await observer.usage()).cpuMs - idle.cpuMs;
    const again = sinceAnswer(await observer.load([]));
    const heap = await observer.heap();
    await observer.watch();
    while (engine.listening === 0) await delay(10);
    // The list that the watch begins with.
    await delay(1000);
    const rest = withRest ? await cpuPerSecond(observer, seconds.rest) : undefined;
    // What runs for the first time runs slower, and is no event's cost.
    await storm(engine, Math.max(...rates), 2);
    const event: Record<number, number> = {};
    for (const rate of rates) {
      const before = await observer.usage();
      const told = await storm(engine, rate);
      event[rate] = ((await observer.usage()).cpuMs - before.cpuMs) / told;
    }
    await observer.usage({ holds: true });
    await storm(engine, Math.max(...rates));
    const blocked = (await observer.usage()).blockedMs;
    return { first, firstCpu, again, heap, event, blocked, ...(rest === undefined ? {} : { rest }) };
  } finally {
    await observer.dispose();
    await engine.dispose();
  }
}

/** @returns how many events there were */
async function storm(engine: StandInEngine, rate: number, during: number = seconds.storm): Promise<number> {
  const events = engine.storm(rate);
  await delay(during * 1000);
  events.dispose();
  // What was told last is looked at yet, a second later.
  await delay(1500);
  return events.told();
}

async function cpuPerSecond(observer: Observer, during: number): Promise<number> {
  const before = await observer.usage();
  await delay(during * 1000);
  return ((await observer.usage()).cpuMs - before.cpuMs) / during;
}

type Of = (pick: (run: One) => number | undefined) => number;

function figuresOf(count: number, of: Of, empty: number): Figure[] {
  const what = `${count.toLocaleString('en')} containers`;
  const held = count === 1000;
  const mark = <T>(budget: T): T | Record<string, never> => (held ? budget : {});
  const rest = of(({ rest: told }) => told);
  return [
    {
      what,
      how: 'first list, from the engine’s answer',
      value: of(({ first }) => first),
      unit: 'ms',
      ...mark({ atMost: 300 }),
    },
    { what: '', how: 'CPU of that, with reading the answer', value: of(({ firstCpu }) => firstCpu), unit: 'ms' },
    { what: '', how: 'the whole list again', value: of(({ again }) => again), unit: 'ms' },
    ...rates.map((rate) => ({
      ...{ what: '', how: `CPU of one event, at ${rate} a second`, value: of(({ event }) => event[rate]), unit: 'ms' },
      ...mark({ atMost: 1 }),
    })),
    {
      what: '',
      how: 'longest hold of the event loop meanwhile',
      value: of(({ blocked }) => blocked),
      unit: 'ms',
      ...mark({ atMost: 16 }),
    },
    {
      what: '',
      how: 'heap, above that of the fewest',
      value: (of(({ heap }) => heap) - empty) / 1e6,
      unit: 'MB',
      ...mark({ atMost: 60 }),
    },
    ...(Number.isNaN(rest)
      ? []
      : [
          {
            what: '',
            how: 'CPU at rest, of one core',
            value: rest / 10,
            unit: '%',
            ...(count <= 100 ? { atMost: 0.5 } : {}),
          },
        ]),
  ];
}
