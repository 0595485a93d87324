import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { addProjects } from '../standin-engine/projects';
import { StandInEngine } from '../standin-engine/standin-engine';
import { Observer } from './observer';
import type { Bench, Figure } from './suite';

const engineCounts = [1, 20, 200] as const;
const containersEach = 50;
/** Events a second, over all engines together. */
const rate = 10;
/** Seconds of a storm, and of a rest: the latter is longer than the store's own pace of polling. */
const seconds = { storm: 10, rest: 65 };

/** What one process takes that watches many stand-in engines, with a core, a stream of events and a snapshot of each. */
export async function measureFleet(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  let one = 0;
  for (const count of engineCounts) {
    const what = `${count} engine${count === 1 ? '' : 's'} of ${containersEach} containers`;
    bench.say(`scale: ${what}`);
    const run = await watched(bench, count);
    if (count === engineCounts[0]) one = run.heap;
    figures.push(
      { what, how: 'first lists of all, from the first question', value: run.first, unit: 'ms' },
      { what: '', how: 'CPU of that', value: run.firstCpu, unit: 'ms' },
      { what: '', how: 'heap, above that of one engine', value: (run.heap - one) / 1e6, unit: 'MB' },
      { what: '', how: `CPU of one event, at ${rate} a second in all`, value: run.event, unit: 'ms' },
      { what: '', how: 'CPU at rest, of one core', value: run.rest / 10, unit: '%' },
    );
  }
  return figures;
}

/** Milliseconds and bytes; `rest`: CPU of a second. */
interface Watched {
  readonly first: number;
  readonly firstCpu: number;
  readonly heap: number;
  readonly event: number;
  readonly rest: number;
}

async function watched(bench: Bench, count: number): Promise<Watched> {
  const root = await bench.folder();
  const home = join(root, 'home');
  const engines: StandInEngine[] = [];
  const observer = Observer.start(root);
  try {
    for (let index = 0; index < count; index += 1) {
      const engine = await StandInEngine.open(join(root, `${index}.sock`));
      engines.push(engine);
      await addProjects(engine, { root, home, count: containersEach, from: index * containersEach });
    }
    const idle = await observer.usage();
    const began = Date.now();
    const loaded = await observer.load(engines.map(({ address }) => ({ address, home })));
    const firstCpu = (await observer.usage()).cpuMs - idle.cpuMs;
    if (loaded.rows !== count * containersEach) throw new Error(`${loaded.rows} rows were listed`);
    await observer.watch();
    while (engines.some(({ listening }) => listening === 0)) await delay(10);
    // The lists that watching begins with.
    await delay(3000);
    await storm(engines, 3);
    const heap = await observer.heap();
    const event = await cpuOf(observer, () => storm(engines, seconds.storm));
    const rest = await cpuOf(observer, async () => {
      await delay(seconds.rest * 1000);
      return seconds.rest;
    });
    return { first: loaded.at - began, firstCpu, heap, event, rest };
  } finally {
    await observer.dispose();
    for (const engine of engines) await engine.dispose();
  }
}

/** CPU by what the work counts. */
async function cpuOf(observer: Observer, work: () => Promise<number>): Promise<number> {
  const before = await observer.usage();
  const count = await work();
  return ((await observer.usage()).cpuMs - before.cpuMs) / count;
}

/** One container after another is stopped or started, each on the next engine. @returns how many */
async function storm(engines: readonly StandInEngine[], during: number): Promise<number> {
  const all = engines.map((engine) => ({ engine, containers: engine.containers }));
  let told = 0;
  for (const began = performance.now(); performance.now() - began < during * 1000; told += 1) {
    const { engine, containers = [] } = all[told % all.length] ?? {};
    const container = containers[Math.floor(told / all.length) % containersEach];
    if (engine === undefined || container === undefined) throw new Error('there is no such engine');
    if (container.state === 'running') engine.halt(container);
    else engine.emit(container, 'start');
    await delay(1000 / rate);
  }
  // What was told last is looked at yet.
  await delay(1500);
  return told;
}
