import type { ContainerSummary, Engine } from '../engine/types';
import { labels, type Kind, type ProjectIdentity } from '../model';
import { roleOfName } from './identity';
import type { ContainerRole } from './identity';

/** Kinds of containers that stand for a project: of a person's, or of an agent's own folder. */
const kinds: readonly (string | undefined)[] = ['project', 'agent'] satisfies readonly Kind[];

/** Whether a container is a project's own, and no trial or helper. Pure. */
export function isProjectContainer(container: Pick<ContainerSummary, 'labels'>): boolean {
  return kinds.includes(container.labels[labels.kind]);
}

/** This owner's project containers, all of them or one project's. One round trip. */
export async function listProjectContainers(
  engine: Engine,
  owner: string,
  project?: string,
  signal?: AbortSignal,
): Promise<ContainerSummary[]> {
  const own = { [labels.owner]: owner, ...(project === undefined ? {} : { [labels.project]: project }) };
  // The engine's filter cannot say "or".
  return (await engine.listContainers({ labels: own }, signal)).filter(isProjectContainer);
}

/** A project's containers by the part they play. */
export type Parts = Partial<Readonly<Record<ContainerRole, ContainerSummary>>>;

/** Sorts a project's containers by their names. Pure. */
export function byRole(
  containers: readonly ContainerSummary[],
  { id, name }: Pick<ProjectIdentity, 'id' | 'name'>,
): Parts {
  const named = containers.flatMap((container) => {
    const role = roleOfName(container.name, name, id);
    return role === null ? [] : [[role, container] as const];
  });
  return Object.fromEntries(named);
}
