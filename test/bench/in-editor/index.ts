import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { intoChannel } from './lines';
import { median } from '../samples';
import type { EventFigures, HostFigures, Started } from '../editor-host';

const env = process.env;

/** The one entry that measures inside an extension host: an empty extension, or Berth with a stand-in engine. */
export async function run(): Promise<void> {
  const figures = await measured();
  const target = env['BERTH_TEST_RESULT'];
  if (target !== undefined) writeFileSync(target, JSON.stringify(figures));
}

async function measured(): Promise<HostFigures | Pick<HostFigures, 'started'>> {
  if (env['BERTH_BENCH_START'] !== undefined) {
    await vscode.extensions.getExtension('berth.berth')?.activate();
    await delay(Number(env['BERTH_BENCH_START']));
    return { started: begun() };
  }
  return env['BERTH_BENCH_WITH'] === 'berth' ? withBerth() : empty();
}

async function empty(): Promise<HostFigures> {
  await vscode.extensions.getExtension('berth.berth')?.activate();
  await delay(settleMs());
  const heapBytes = heap();
  const rest = await cpuPerSecond(restSeconds());
  const more = onlyRest() ? {} : { events: await ofEvents() };
  return { started: begun(), heapBytes, rest, ...more };
}

async function withBerth(): Promise<HostFigures> {
  const count = Number(env['BERTH_BENCH_COUNT']);
  const extension = vscode.extensions.getExtension<TestApi>('berth.berth');
  if (extension === undefined) throw new Error('the extension is not loaded');
  const api = await extension.activate();
  await vscode.commands.executeCommand('berth.containers.focus');
  while (api.containers.roots.length < count) await new Promise<void>((go) => once(api, go));
  await delay(settleMs());
  const heapBytes = heap();
  const rest = await cpuPerSecond(restSeconds());
  if (onlyRest()) return { started: begun(), heapBytes, rest };
  const tree = ofTree(api);
  let drawn = 0;
  const heard = api.containers.onDidChangeTreeData(() => (drawn += 1));
  const events = await ofEvents();
  const holds = await longestHold();
  heard.dispose();
  if (drawn === 0) throw new Error('no event reached the view');
  return { started: begun(), heapBytes, rest, tree, events, holds, lines: await intoChannel(api) };
}

/** What the extension's own start left behind: see the entry that editor-host.ts writes. */
function begun(): Started {
  const started = (globalThis as { berthBenchStarted?: Started }).berthBenchStarted;
  if (started === undefined) throw new Error('the extension was not started by the benchmark’s own entry');
  return started;
}

function once(api: TestApi, go: () => void): void {
  const heard = api.session.onDidChange(() => {
    heard.dispose();
    // The view has listened for longer than this.
    setImmediate(go);
  });
}

function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const onlyRest = () => env['BERTH_BENCH_REST'] !== undefined;
const restSeconds = () => Number(env['BERTH_BENCH_REST'] ?? 5);
/** What a first list sets off, and, before a rest is measured, the collecting of what the start left behind. */
const settleMs = () => (onlyRest() ? 20_000 : 3_000);

async function cpuPerSecond(seconds: number): Promise<number> {
  const before = process.cpuUsage();
  await delay(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / seconds;
}

/** Milliseconds of what the editor asks of the tree, several times over. */
function ofTree({ containers }: TestApi): Record<'all' | 'again' | 'above', number[]> {
  const timed = (work: () => void): number[] =>
    Array.from({ length: 15 }, () => {
      const began = performance.now();
      work();
      return performance.now() - began;
    });
  return {
    all: timed(() => {
      for (const node of containers.getChildren()) containers.getTreeItem(node);
    }),
    again: timed(() => containers.render()),
    above: timed(() => {
      for (const node of containers.getChildren()) containers.getParent(node);
    }),
  };
}

/**
 * Seconds of a storm, of the time after it in which what was told last is looked at, and of calm; and how often. The long
 * one has a list of each minute in it.
 */
const storms = { storm: 8, after: 2, calm: 6, times: 8, long: 65 };

/**
 * The engine is told to stop and start containers meanwhile; by files, as nothing else leads out of here to it. The first
 * storm is not counted: what runs for the first time runs slower, and is no event's cost. Storms and calms by turns, and what
 * is taken off is the calm in the middle: in one of them the list of each minute comes, in one the editor may collect its
 * garbage, and neither is what another storm has beside its events. An empty extension goes through the same: what the
 * editor itself does meanwhile is taken off.
 */
async function ofEvents(): Promise<EventFigures> {
  const calm: number[] = [];
  const used: number[] = [];
  for (let round = 0; round <= storms.times; round += 1) {
    const before = process.cpuUsage();
    await storm(storms.storm);
    await delay(storms.after * 1000);
    const { user, system } = process.cpuUsage(before);
    calm.push(await cpuPerSecond(storms.calm));
    if (round > 0) used.push((user + system) / 1000);
  }
  const idle = median({ ms: calm }) * (storms.storm + storms.after);
  return { cpuMs: used.map((ms) => ms - idle), seconds: storms.storm };
}

/** The longest hold in a storm; in one of its own, since to look every few milliseconds takes as much CPU as the events. */
async function longestHold(): Promise<number> {
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  await storm(storms.long);
  loop.disable();
  return loop.max / 1e6;
}

async function storm(seconds: number): Promise<void> {
  const signal = env['BERTH_BENCH_STORM'] ?? '';
  writeFileSync(signal, 'storm');
  await delay(seconds * 1000);
  writeFileSync(signal, 'calm');
}
