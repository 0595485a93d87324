import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { collectGarbage } from '../../harness/garbage';
import { longestHold } from './holds';
import { intoChannel } from './lines';
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
  return { started: begun(), heapBytes, rest: await cpuPerSecond(restSeconds()) };
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
  // In a storm of its own, since to look every few milliseconds takes as much CPU as the events.
  const holds = await longestHold(() => storm(storms.holds));
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
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const onlyRest = () => env['BERTH_BENCH_REST'] !== undefined;
const restSeconds = () => Number(env['BERTH_BENCH_REST'] ?? 5);
/** What a first list sets off, and, before a rest is measured, the collecting of what the start left behind. */
const settleMs = () => (onlyRest() ? 20_000 : 3_000);

async function cpuPerSecond(seconds: number): Promise<number> {
  return (await cpuOf(() => delay(seconds * 1000))) / seconds;
}

/** Milliseconds of CPU that this process takes while something is waited for. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
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
 * Seconds of a first storm, which is not counted: what runs for the first time runs slower, and is no event's cost. Then of
 * one whose minute is compared with a calm minute, with the time in which what was told last is looked at; and how often.
 * The last is the one whose holds are looked for.
 */
const storms = { first: 30, storm: 58, after: 2, times: 4, holds: 65 };

/**
 * The engine is told to stop and start containers meanwhile; by files, as nothing else leads out of here to it. A minute
 * with a storm in it and one without have the same list of each minute in them, the same ages written anew and the same
 * doings of the editor: what one takes more than the other is what its events took, with the garbage that they leave. In
 * storms of seconds such a list was in one of three, and the middle one of them told more of that than of events.
 */
async function ofEvents(): Promise<EventFigures> {
  await storm(storms.first);
  const cpuMs: number[] = [];
  for (let round = 0; round < storms.times; round += 1) {
    const calm = await cpuOf(() => delay((storms.storm + storms.after) * 1000));
    const stormy = await cpuOf(async () => {
      await storm(storms.storm);
      await delay(storms.after * 1000);
    });
    cpuMs.push(stormy - calm);
  }
  return { cpuMs, seconds: storms.storm };
}

async function storm(seconds: number): Promise<void> {
  const signal = env['BERTH_BENCH_STORM'] ?? '';
  writeFileSync(signal, 'storm');
  await delay(seconds * 1000);
  writeFileSync(signal, 'calm');
}
