import type { ContainerDetail, Engine } from '../engine/types';
import type { BerthHome } from '../home';
import { writeProjectState } from '../projects/state-file';
import { volumePurposeLabel } from './purpose';
import { listProjectVolumes } from './volumes';

/**
 * Writes down which volumes a container has, so that the next one has the same: after a rollback to a container with an
 * older home volume than the latest. Call it under the project's lock. One round trip.
 */
export async function rememberVolumes(
  { engine, home, owner, project }: { engine: Engine; home: BerthHome; owner: string; project: string },
  container: Pick<ContainerDetail, 'mounts'>,
  signal?: AbortSignal,
): Promise<void> {
  const mounted = new Set(container.mounts.flatMap((one) => (one.kind === 'volume' ? [one.volume] : [])));
  const there = await listProjectVolumes(engine, owner, project, signal);
  const volumes = Object.fromEntries(
    there.filter(({ name }) => mounted.has(name)).map(({ name, labels }) => [labels[volumePurposeLabel] ?? '', name]),
  );
  await writeProjectState(home, project, { volumes });
}
