import type { EngineMount } from '../engine/types';

/** What the engine calls a volume that nobody named: one of the container's own, in which nothing lasts. */
const nameless = /^[0-9a-f]{64}$/;

/** Where a container has another volume than the one before had at the same place. Sorted. Pure. */
export function otherVolumes(before: readonly EngineMount[], now: readonly EngineMount[]): string[] {
  const had = new Map(
    before.flatMap((mount) => (mount.kind === 'volume' ? [[mount.target, mount.volume] as const] : [])),
  );
  return now
    .flatMap((mount) => {
      const other = mount.kind === 'volume' ? had.get(mount.target) : undefined;
      if (mount.kind !== 'volume' || other === undefined || other === mount.volume) return [];
      return nameless.test(mount.volume) ? [] : [mount.target];
    })
    .sort();
}
