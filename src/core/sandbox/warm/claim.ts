import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import type { Engine } from '../../engine/types';
import { isCancelled } from '../../errors';
import { laterEndFile } from '../../lifespan/watcher';
import { withLock } from '../../lock';
import type { ProjectRow } from '../../model';
import { limitsOn } from '../../projects/plan-limits';
import { writeProjectState } from '../../projects/state-file';
import type { GivenLimits } from '../limits';
import { templateOf } from '../spawn';
import { killBox } from '../kill';
import { isInTime, isServing, takeMarginMs } from './plan';
import type { WarmParts } from './make';
import { keyLock, placeOf, readUntold, readWaiting, take, takenFor, writeTaken } from './records';
import type { TakenRecord, WarmRecord } from './records';

/** What is asked of the pool: as a spawn by a key. `name`: the key's, as a folder's. */
export interface WarmClaim {
  readonly name: string;
  readonly template: string;
  readonly given: GivenLimits;
  /** The program that asks, by its own words. */
  readonly client: string | undefined;
}

/**
 * Hands out a container that waits, with the limits and the time that were asked for; null where none fits, and one has
 * to be made. What runs already cannot be given another network or another start, so who asks for that is not served.
 */
export async function claimWarm(parts: WarmParts, claim: WarmClaim, signal?: AbortSignal): Promise<ProjectRow | null> {
  const { home } = parts;
  if (claim.given.ttlMs < takeMarginMs) return null;
  const now = Date.now();
  const fitting = (await readWaiting(home)).filter(
    (record) => record.ready && record.template === claim.template && isInTime(record, now),
  );
  if (fitting.length === 0) return null;
  return withLock(home.locksDir, keyLock(claim.name), () => firstOf(parts, claim, fitting, signal), signal);
}

async function firstOf(
  parts: WarmParts,
  claim: WarmClaim,
  fitting: readonly WarmRecord[],
  signal: AbortSignal | undefined,
): Promise<ProjectRow | null> {
  const { home, projects, connection } = parts;
  // A call with this key was earlier, and has one.
  if (existsSync(placeOf(home.dir, claim.name).file) || (await takenFor(home, claim.name)) !== null) return null;
  const engine = await connection.get(signal);
  for (const record of fitting) {
    const row = await projects.look(record.project, signal);
    if (row === null || !isServing(row) || !(await take(home, record.slot, claim.name))) continue;
    try {
      return await handOver(parts, engine, row, record, claim, signal);
    } catch (error) {
      // Half of what was asked for is not what was asked for.
      await killBox(parts, row).catch(() => undefined);
      if (isCancelled(error)) throw error;
    }
  }
  return null;
}

/** Gives it what this agent is to have. @returns its row, as the next look will find it */
async function handOver(
  { home }: WarmParts,
  engine: Engine,
  row: ProjectRow,
  { slot, ...record }: WarmRecord,
  { name, template, given, client }: WarmClaim,
  signal: AbortSignal | undefined,
): Promise<ProjectRow> {
  const expires = new Date(Date.now() + given.ttlMs).toISOString();
  const agent = { ttlMs: given.ttlMs, expires, ...(client === undefined ? {} : { client }) };
  const limits = { cpus: given.cpus, memory: given.memoryMb * 2 ** 20, pids: given.pids };
  await Promise.all([
    // Said also where it has them: the engine's event makes every process look.
    engine.updateContainer(row.container ?? row.containerName, limitsOn(limits, engine.info.cpus), signal),
    writeProjectState(home, row.id, { agent }),
    writeFile(placeOf(home.dir, slot).file, templateOf({ template, network: undefined }, given), { mode: 0o600 }),
    writeTaken(home, name, { slot, ...record, later: expires, told: false }),
  ]);
  return { ...row, agent: { expires, ...(client === undefined ? {} : { client }) } };
}

/**
 * Tells those that were taken when they end: their own watcher reads it at its next turn, and after each start. It takes
 * the engine a while, longer than an agent should wait; whoever tends the pool does it where this process comes to its end.
 */
export async function tellEnds({ home, connection, projects }: WarmParts, signal?: AbortSignal): Promise<void> {
  for (const { name, record } of await readUntold(home)) {
    const row = await projects.look(record.project, signal);
    if (row?.container != null) {
      await tellEnd(await connection.get(signal), row.container, record, signal);
    }
    await writeTaken(home, name, { ...record, told: true });
  }
}

async function tellEnd(
  engine: Engine,
  container: string,
  { ends, later }: TakenRecord,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const file = laterEndFile(ends);
  tar.entry({ name: posix.basename(file), mode: 0o644 }, `${Math.ceil(Date.parse(later) / 1000)}\n`);
  tar.finalize();
  await engine.writeArchive(container, posix.dirname(file), Readable.from(tar), signal);
}
