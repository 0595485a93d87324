import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../model';
import type { Api } from './api';
import { containerGone, containerPath } from './container-path';
import { statusOf } from './failures';

/** The part of the engine's stats that a reading is made from; the engine leaves out what it does not know. */
export interface RawStats {
  readonly cpu_stats?: RawCpu;
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
  readonly pids_stats?: { readonly current?: number };
}

interface RawCpu {
  readonly cpu_usage?: { readonly total_usage?: number; readonly percpu_usage?: readonly number[] | null };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

/**
 * Milliseconds at least between the two readings that a CPU share is made from. An engine that answers a one-shot
 * reading at once gives the share that soon; one that answers at its collector's next beat, as 20.10 does, after a
 * second. There two frames of a stream, or one reading with the one before it, take just as long. A shorter time would
 * be too few of the kernel's clock ticks to tell a share from.
 */
const apart = 250;

/** What a container uses now, out of two readings. @throws BerthError `container_gone` */
export async function containerUsage(api: Api, id: string, signal?: AbortSignal): Promise<Usage> {
  const before = await read(api, id, signal);
  await sleep(apart, undefined, signal === undefined ? {} : { signal });
  return usageOf(before, await read(api, id, signal));
}

async function read(api: Api, id: string, signal?: AbortSignal): Promise<RawStats> {
  const doing = 'read what the container uses';
  const query = { stream: false, 'one-shot': true };
  try {
    return (await api.json('GET', containerPath(id, 'stats'), { doing, query, signal, own: [404] })) as RawStats;
  } catch (error) {
    throw statusOf(error) === 404 ? containerGone(id, error) : error;
  }
}

/** Two readings as one statement. The page cache is no use of memory: the kernel takes it back when it needs it. */
export function usageOf(before: RawStats, after: RawStats): Usage {
  const memory = after.memory_stats;
  const cache = memory?.stats?.total_inactive_file ?? memory?.stats?.inactive_file ?? 0;
  const used = memory?.usage ?? 0;
  const memoryBytes = cache < used ? used - cache : used;
  const limit = memory?.limit ?? 0;
  return {
    cpuPercent: cpuPercent(before.cpu_stats, after.cpu_stats),
    memoryBytes,
    memoryPercent: limit > 0 ? (memoryBytes / limit) * 100 : null,
    // The engine does not know; who has a Line into the container does.
    diskPercent: null,
    pids: after.pids_stats?.current ?? 0,
  };
}

function cpuPercent(before: RawCpu | undefined, after: RawCpu | undefined): number | null {
  const [own, all] = [after?.cpu_usage?.total_usage, after?.system_cpu_usage];
  const [ownBefore, allBefore] = [before?.cpu_usage?.total_usage, before?.system_cpu_usage];
  if (own === undefined || all === undefined || ownBefore === undefined || allBefore === undefined) return null;
  const cores = after?.online_cpus ?? after?.cpu_usage?.percpu_usage?.length ?? 1;
  // A restart in between sets the container's count back to zero.
  if (all <= allBefore || own < ownBefore) return null;
  return ((own - ownBefore) / (all - allBefore)) * cores * 100;
}
