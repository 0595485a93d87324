import type { Engine, EngineMount } from '../engine/types';
import { helperSpec } from '../helper';
import type { ProjectIdentity } from '../model';
import { createHelper, helperName } from '../storage/home-follow';

/** Where a helper has the volumes: nothing of an image lies there, and no volume within another. */
export const archiveRoot = '/berth';

/** Where a helper has the volume at this place of its list. Pure. */
export function archivePlace(index: number): string {
  return `${archiveRoot}/${index}`;
}

export interface VolumesHelper {
  readonly engine: Engine;
  /** Berth's owner id. */
  readonly owner: string;
  readonly project: Pick<ProjectIdentity, 'id' | 'name'>;
  /** Any that is there; nothing in it is run. */
  readonly image: string;
  /** By name, each at its place of the list; null leaves a place out. */
  readonly volumes: readonly (string | null)[];
  readonly readOnly: boolean;
}

/**
 * Hands a container to `work` that has volumes and never runs: the engine reads and writes archives of it all the same, of
 * each volume alone, whatever else is mounted into it elsewhere. Call it under the project's lock.
 */
export async function withVolumes<T>(
  { engine, owner, project, image, volumes, readOnly }: VolumesHelper,
  work: (id: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const spec = helperSpec({
    name: helperName(project),
    owner,
    project,
    image,
    command: ['true'],
    mounts: volumes.flatMap((volume, index): EngineMount[] =>
      volume === null ? [] : [{ kind: 'volume', volume, target: archivePlace(index), readOnly, noCopy: true }],
    ),
    memoryBytes: null,
    pids: null,
  });
  const id = await createHelper(engine, owner, spec, signal);
  try {
    return await work(id);
  } finally {
    await engine.removeContainer(id, { force: true });
  }
}
