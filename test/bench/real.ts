import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCore, type Core } from '../../src/core';
import { noProgress, silentLogger } from '../../src/core/log';
import type { Line } from '../../src/core/line/types';
import type { ProjectRow } from '../../src/core/model';
import { messageOf } from '../../src/core/errors';
import { REPOSITORY } from '../harness/paths';
import { median, p95 } from './samples';
import type { Bench, Figure, Measured } from './suite';

/** What the budget asks for. */
const atLeast = 150;
/** `BERTH_BENCH_CONTAINERS` says another number: fewer to try it out, more to see what breaks. */
const wanted = Number(process.env['BERTH_BENCH_CONTAINERS'] ?? atLeast);
/** Milliseconds in which what the making of the last containers left ends by itself. */
const settleMs = 3_000;
/** Bytes of memory below which no more containers are made: what breaks then is the machine. */
const leastFree = 1.5e9;
/** How many are made at the same time. */
const atOnce = 4;

const template = `apiVersion: devcontainer/v1
kind: Template
metadata: { name: bench-many, extends: base }
`;

/** Real containers, as many as the machine holds, each with a Line of its own: memory and time of one, and what broke. */
export async function measureReal(bench: Bench): Promise<Measured> {
  const engine = await bench.engine();
  const root = await bench.folder();
  const env = { ...process.env, ...engine.env, BERTH_HOME: join(root, 'home') };
  const newCore = (): Core => createCore({ log: silentLogger, actor: 'user', env, installation: REPOSITORY });
  // One that makes them and one that connects: `up` leaves a Line open, which would be connected to in no time.
  const [maker, core] = [newCore(), newCore()];
  const made: ProjectRow[] = [];
  try {
    const before = await available();
    const ups: number[] = [];
    let broke = 'nothing';
    const folders = await foldersIn(root);
    const next = async (): Promise<void> => {
      for (let folder = folders.shift(); folder !== undefined && broke === 'nothing'; folder = folders.shift()) {
        try {
          if ((await available()) < leastFree) throw new Error('the machine’s memory was used up');
          const began = performance.now();
          made.push((await maker.projects.up(folder, {}, noProgress)).row);
          ups.push(performance.now() - began);
        } catch (error) {
          broke = messageOf(error);
        }
        if (made.length % 25 === 0) bench.say(`real containers: ${made.length} of ${wanted}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, next));
    maker.dispose();
    await delay(settleMs);
    const standing = { free: await available(), own: process.memoryUsage().rss };
    bench.say(`real containers: a Line to each of ${made.length}`);
    const { lines, connects, commands, failed } = await connectAll(core, made);
    if (failed !== null) broke = failed;
    const after = { free: await available(), own: process.memoryUsage().rss };
    bench.say(`real containers: an sshd for each of ${lines.length} Lines`);
    const logins = await sshdFor(lines);
    const whole = await available();
    const each = (bytes: number) => bytes / made.length / 1e6;
    const figures: Figure[] = [
      {
        what: 'real containers, each with a Line and an sshd',
        how: `first to break: ${broke}`,
        value: logins.length,
        unit: '',
        atLeast: Math.min(wanted, atLeast),
      },
      { what: 'one container', how: '`up`, four at a time, median', value: median({ ms: ups }), unit: 'ms' },
      { what: '', how: 'memory of the machine while it rests', value: each(before - standing.free), unit: 'MB' },
      { what: '', how: 'more with a Line', value: each(standing.free - after.free), unit: 'MB' },
      {
        what: '',
        how: 'of that in the process that holds the Lines',
        value: each(after.own - standing.own),
        unit: 'MB',
      },
      { what: '', how: 'first connect of its Line, median', value: median({ ms: connects }), unit: 'ms' },
      { what: '', how: 'the same, p95', value: p95({ ms: connects }), unit: 'ms' },
      { what: '', how: 'more with an sshd for terminals and ports', value: each(after.free - whole), unit: 'MB' },
      { what: '', how: 'first connect to that sshd, median', value: median({ ms: logins }), unit: 'ms' },
      { what: 'all Lines open', how: 'a command on one of them, median', value: median({ ms: commands }), unit: 'ms' },
      { what: '', how: 'the same, p95', value: p95({ ms: commands }), unit: 'ms' },
    ];
    return { engine: engine.version, figures };
  } finally {
    bench.say('real containers: removing them');
    maker.dispose();
    const left: string[] = [];
    const remove = async (): Promise<void> => {
      for (let row = made.pop(); row !== undefined; row = made.pop()) {
        await core.projects.remove(row, { purge: true }).catch((error: unknown) => left.push(messageOf(error)));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, remove));
    core.dispose();
    if (left.length > 0) bench.say(`real containers: ${left.length} could not be removed: ${left.join('; ')}`);
  }
}

async function foldersIn(root: string): Promise<string[]> {
  const folders = Array.from({ length: wanted }, (_, index) => join(root, `many-${index}`));
  for (const folder of folders) {
    await mkdir(folder);
    await writeFile(join(folder, 'berth.yaml'), template);
    await chown(folder, 1000, 1000);
  }
  return folders;
}

/** One after another, so that each time is its own; all stay open. */
async function connectAll(core: Core, rows: readonly ProjectRow[]) {
  const [connects, commands]: [number[], number[]] = [[], []];
  const lines: Line[] = [];
  try {
    for (const row of rows) {
      const began = performance.now();
      const line = await core.projects.line(row);
      await line.connect();
      connects.push(performance.now() - began);
      lines.push(line);
    }
    for (const line of lines) {
      const began = performance.now();
      const running = await line.run({ argv: ['true'] });
      running.stdout.resume();
      running.stderr.resume();
      await running.exit;
      commands.push(performance.now() - began);
    }
    return { lines, connects, commands, failed: null };
  } catch (error) {
    return { lines, connects, commands, failed: messageOf(error) };
  }
}

/** What a Line starts for terminals and ports alone: nothing listens on the port that is asked for. */
async function sshdFor(lines: readonly Line[]): Promise<number[]> {
  const logins: number[] = [];
  for (const line of lines) {
    const began = performance.now();
    await line.forward(9).catch((error: unknown) => {
      if (!/refused|Nothing listens/i.test(messageOf(error))) throw error;
    });
    logins.push(performance.now() - began);
  }
  return logins;
}

/** Memory that could be had without swapping: caches count as free. */
async function available(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(text)?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}
