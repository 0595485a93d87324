import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EngineConnection } from '../../engine/types';
import type { BerthHome } from '../../home';
import { noProgress } from '../../log';
import type { ProjectRow } from '../../model';
import { partOf, specAtMaking } from '../../projects/made-spec';
import { absentRow } from '../../projects/rows';
import type { Projects } from '../../projects/types';
import type { AgentCeiling, WarmWish } from '../agent-settings';
import { collect } from '../collect';
import { givenLimits } from '../limits';
import { templateOf } from '../spawn';
import { isServing } from './plan';
import { beginGoing, forgetGoing, placeOf, writeWaiting } from './records';

/** What the pool works with. */
export interface WarmParts {
  readonly home: BerthHome;
  readonly connection: Pick<EngineConnection, 'get'>;
  readonly projects: Projects;
}

const asMuchAsAllowed = { cpus: undefined, memoryMb: undefined, pids: undefined, ttlSeconds: undefined };

/**
 * Makes a container that waits: as an agent's own is made, around an empty folder of Berth's, up to the Line's first
 * answer and the template's own health command. It ends itself where nobody takes it in time.
 * @returns whether it is ready to be taken; one that is not is left for the next round to remove
 */
export async function makeWarm(
  parts: WarmParts,
  wish: WarmWish,
  ceiling: AgentCeiling,
  signal?: AbortSignal,
): Promise<boolean> {
  const { home, projects } = parts;
  const slot = `${wish.template.slice(0, 30).replace(/-+$/, '')}-${randomBytes(4).toString('hex')}`;
  const { folder, file } = placeOf(home.dir, slot);
  const now = Date.now();
  const times = { made: new Date(now).toISOString(), ends: new Date(now + wish.ttl).toISOString() };
  const record = { slot, project: '', template: wish.template, ...times, ready: false };
  await writeWaiting(home, record);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const most = givenLimits(asMuchAsAllowed, ceiling);
  await writeFile(file, templateOf({ template: wish.template, network: undefined }, most), { mode: 0o600 });
  const { row } = await projects.up(folder, { template: file, agent: { ttlMs: wish.ttl } }, noProgress, signal);
  if (!isServing(row) || !(await answers(parts, row, signal))) return false;
  await writeWaiting(home, { ...record, project: row.id, ends: row.agent?.expires ?? times.ends, ready: true });
  return true;
}

/** Whether it is as healthy as its template wants: the engine itself would ask for the first time only after an interval. */
async function answers({ connection, projects }: WarmParts, row: ProjectRow, signal?: AbortSignal): Promise<boolean> {
  const container = await (await connection.get(signal)).inspectContainer(row.containerName, signal);
  // What writes to the root cannot be told its new end, see `claimWarm`.
  if (container === null || partOf(specAtMaking(container), 'security').read_only_root === true) return false;
  const { command } = partOf(specAtMaking(container), 'health');
  if (typeof command !== 'string') return true;
  const runner = await projects.runner(row, signal);
  const asked = await collect(runner, { argv: ['/bin/sh', '-c', command], timeoutMs: 30_000 }, undefined, signal);
  return asked.exit.code === 0;
}

/** Removes one that waits, with all it has, unless somebody took it meanwhile. */
export async function discardWarm(parts: WarmParts, slot: string, signal?: AbortSignal): Promise<void> {
  if (await beginGoing(parts.home, slot)) await finishGoing(parts, slot, signal);
}

/** The removal itself, which another process may have begun. */
export async function finishGoing(parts: WarmParts, slot: string, signal?: AbortSignal): Promise<void> {
  const { home, connection, projects } = parts;
  const { folder } = placeOf(home.dir, slot);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = await projects.identify(folder);
  const row = (await projects.look(identity.id, signal)) ?? absentRow(identity, (await connection.get(signal)).info.id);
  await projects.remove(row, { purge: true }, signal);
  await rm(dirname(folder), { recursive: true, force: true });
  await forgetGoing(home, slot);
}
