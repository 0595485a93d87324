import { isCancelled } from '../errors';
import { withLock } from '../lock';
import type { ProjectRow } from '../model';
import { byRole } from '../projects/containers';
import type { ProjectsParts } from '../projects/context';
import { partOf, specAtMaking } from '../projects/made-spec';
import type { MadeSpec } from '../projects/made-spec';
import { putRight } from '../projects/put-right';
import { usualHealth } from '../templates/usual-health';

/**
 * Sees to a project when nobody is at work on it: what was cut short is put right, and a former container goes once it was
 * kept for as long as the template says. Returns at once where another process works on it. `now`: milliseconds since the
 * epoch.
 */
export async function tidy(parts: ProjectsParts, row: ProjectRow, now: number, signal?: AbortSignal): Promise<void> {
  const { home, log, store } = parts;
  const engine = await parts.connection.get(signal);
  const owner = await home.owner();
  const giveWay = new AbortController();
  const either = signal === undefined ? giveWay.signal : AbortSignal.any([giveWay.signal, signal]);
  const work = async (): Promise<void> => {
    const { current, prev, undo } = byRole(await putRight({ engine, log, owner }, row.id, signal), row);
    for (const former of [prev, undo]) {
      if (former === undefined || current === undefined) continue;
      const since = (await engine.inspectContainer(former.id, signal))?.finishedAt;
      if (since == null || !isKeptLongEnough(since, specAtMaking(current), now)) continue;
      log.log('info', `${row.name}: the container before this one was kept long enough and is removed`);
      await engine.removeContainer(former.id, { force: true }, signal);
    }
  };
  try {
    await withLock(home.locksDir, row.id, work, either, () => giveWay.abort());
  } catch (error) {
    if (!giveWay.signal.aborted || !isCancelled(error)) throw error;
    return;
  }
  await store.loadOne(engine, row.id, undefined, signal);
}

/** `since`: ISO 8601, when it was stopped. `spec`: what the container that took its place was made with. Pure. */
export function isKeptLongEnough(since: string, spec: MadeSpec, now: number): boolean {
  return now - Date.parse(since) > keepOf(spec);
}

function keepOf(spec: MadeSpec): number {
  const { keep } = partOf(spec, 'health');
  return typeof keep === 'number' && keep > 0 ? keep : usualHealth.keepHours * 3_600_000;
}
