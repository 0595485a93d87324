import type { ProjectRow } from '../../model';
import type { WarmWish } from '../agent-settings';
import type { WarmRecord } from './records';

/** Milliseconds that a container must have left of the pool's own time to be taken: its watcher looks every minute. */
export const takeMarginMs = 120_000;

/** What the pool has to come to. */
export interface WarmPlan {
  readonly goes: readonly WarmRecord[];
  /** Templates' names with how many containers are missing of each. */
  readonly missing: readonly { readonly wish: WarmWish; readonly count: number }[];
}

/** Whether a container that waits can still be handed out: not one whose time is nearly over. Pure. */
export function isInTime({ ends }: Pick<WarmRecord, 'ends'>, now: number): boolean {
  return Date.parse(ends) - now > takeMarginMs;
}

/** Whether a container is as it was made to be: it runs, is not ill, and its template would be made the same today. Pure. */
export function isServing(row: Pick<ProjectRow, 'state' | 'health' | 'stale'> | null): boolean {
  return row?.state === 'running' && row.health !== 'unhealthy' && row.stale.length === 0;
}

/**
 * What goes and what is missing. What is not ready goes: whoever plans is alone, so nobody makes it any more. Of too many
 * the oldest go. Pure.
 */
export function planWarm(
  records: readonly WarmRecord[],
  serving: ReadonlySet<string>,
  wishes: readonly WarmWish[],
  now: number,
): WarmPlan {
  const good = records.filter((record) => record.ready && serving.has(record.slot) && isInTime(record, now));
  const stays = new Set<WarmRecord>();
  const missing: { wish: WarmWish; count: number }[] = [];
  for (const wish of wishes) {
    const fitting = good.filter(({ template }) => template === wish.template).reverse();
    fitting.slice(0, wish.ready).forEach((record) => stays.add(record));
    if (fitting.length < wish.ready) missing.push({ wish, count: wish.ready - fitting.length });
  }
  return { goes: records.filter((record) => !stays.has(record)), missing };
}
