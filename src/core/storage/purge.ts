import type { Engine } from '../engine/types';
import type { BerthHome } from '../home';
import { labels } from '../model';
import { writeProjectState } from '../projects/state-file';

/** Deletes a project's volumes, with what a crash may have left that still has one. Call it under the project's lock. */
export async function purgeVolumes(
  { engine, home, owner, project }: { engine: Engine; home: BerthHome; owner: string; project: string },
  volumes: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (volumes.length > 0) {
    const own = { [labels.owner]: owner, [labels.project]: project, [labels.kind]: 'helper' };
    for (const { id } of await engine.listContainers({ labels: own }, signal)) {
      await engine.removeContainer(id, { force: true }, signal);
    }
    for (const volume of volumes) await engine.removeVolume(volume, signal);
  }
  // What is gone on purpose is not missed later.
  await writeProjectState(home, project, { volumes: {}, filling: null });
}
