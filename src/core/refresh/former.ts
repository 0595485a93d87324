import type { ContainerDetail, Engine } from '../engine/types';
import type { ProjectIdentity } from '../model';
import { byRole, listProjectContainers } from '../projects/containers';
import type { Parts } from '../projects/containers';
import { containerName } from '../projects/identity';

/** A project's containers as they are now. One round trip. */
export async function containersByRole(
  engine: Engine,
  owner: string,
  project: Pick<ProjectIdentity, 'id' | 'name'>,
  signal?: AbortSignal,
): Promise<Parts> {
  return byRole(await listProjectContainers(engine, owner, project.id, signal), project);
}

/** Removes what an earlier refresh or rollback has left to go back to: there is one way back, not a row of them. */
export async function clearFormer(
  engine: Engine,
  owner: string,
  project: Pick<ProjectIdentity, 'id' | 'name'>,
): Promise<void> {
  const { prev, undo } = await containersByRole(engine, owner, project);
  for (const container of [prev, undo]) {
    if (container !== undefined) await engine.removeContainer(container.id, { force: true });
  }
}

/**
 * Takes back a switch that has been made: the new container goes, the former one is current again and runs. Cut short, it
 * is finished by the next look (see repair.ts). @returns the former one, or null where it is gone
 */
export async function backOut(
  engine: Engine,
  owner: string,
  project: Pick<ProjectIdentity, 'id' | 'name'>,
): Promise<ContainerDetail | null> {
  const { current, prev } = await containersByRole(engine, owner, project);
  if (prev === undefined) return null;
  if (current !== undefined) await engine.removeContainer(current.id, { force: true });
  await engine.renameContainer(prev.id, containerName(project.name, project.id));
  await engine.startContainer(prev.id);
  return engine.inspectContainer(prev.id);
}
