import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../harness/paths';
import type { Held } from './in-editor/holds';

/** How an extension's start went, told by the entry that {@link timeExtension} writes. */
export interface Started {
  /** Milliseconds from the first line of its script to the end of `activate`. */
  readonly ms: number;
  /** Of these, what it waited for a core, while the editor that starts has them all. */
  readonly waitedMs: number;
  /** What it left for turns of its own after that. */
  readonly laterMs: number;
  /** Bytes of the extension's own script that were read by then: others are loaded meanwhile, such as the benchmark's. */
  readonly bytes: number;
}

/** What storms of events took, each with the time in which what was told last is looked at. */
export interface EventFigures {
  /** CPU of each storm, above as much calm before it. */
  readonly cpuMs: readonly number[];
  /** How long each was. */
  readonly seconds: number;
}

/** What test/bench/in-editor measured; times in milliseconds. */
export interface HostFigures {
  readonly started: Started;
  readonly heapBytes: number;
  /** CPU of a second at rest. */
  readonly rest: number;
  readonly tree?: Readonly<Record<'all' | 'again' | 'above', readonly number[]>>;
  readonly events?: EventFigures;
  /** The longest in a storm. */
  readonly holds?: Held;
  readonly lines?: { readonly ms: number; readonly holds: number; readonly channel: string; readonly written?: number };
}

/**
 * Gives the folder of a packed extension an entry that times the start of the real one and counts the script that it reads.
 */
export async function timeExtension(folder: string): Promise<void> {
  await timed(folder, await manifest(folder), `require('./dist/extension.js')`);
}

/** Makes an extension of the same name that does nothing at all. */
export async function emptyExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await timed(folder, { ...(await manifest(REPOSITORY)), contributes: {} }, '{}');
}

async function manifest(folder: string): Promise<object> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as object;
}

async function timed(folder: string, own: object, real: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...own, main: './timed.js' }));
  await writeFile(
    join(folder, 'timed.js'),
    `const { readFileSync, statSync } = require('node:fs');
const waitedForCore = () => Number(readFileSync('/proc/self/task/' + process.pid + '/schedstat', 'latin1').split(' ')[1]) / 1e6;
const usual = globalThis.setImmediate;
let isOurs = false;
globalThis.setImmediate = (work, ...words) => usual(isOurs ? later(work) : work, ...words);
const later = (work) => (...words) => {
  const began = performance.now();
  isOurs = true;
  try {
    work(...words);
  } finally {
    isOurs = false;
    globalThis.berthBenchStarted.laterMs += performance.now() - began;
  }
};
const waitedBefore = waitedForCore();
const began = performance.now();
const before = new Set(Object.keys(require.cache));
const real = ${real};
exports.activate = (context) => {
  const waited = waitedForCore();
  const again = performance.now();
  isOurs = true;
  const api = real.activate?.(context);
  isOurs = false;
  const ms = loaded + performance.now() - again;
  const waitedMs = loadWaited + waitedForCore() - waited;
  const read = Object.keys(require.cache).filter((file) => !before.has(file) && file.startsWith(__dirname) && file !== __filename);
  const bytes = read.reduce((sum, file) => sum + statSync(file).size, 0);
  globalThis.berthBenchStarted = { ms, waitedMs, laterMs: 0, bytes };
  return api;
};
exports.deactivate = () => real.deactivate?.();
const loaded = performance.now() - began;
const loadWaited = waitedForCore() - waitedBefore;
`,
  );
}
