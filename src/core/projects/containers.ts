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
  engine: Pick<Engine, 'listContainers'>,
  owner: string,
  project?: string,
  signal?: AbortSignal,
): Promise<ContainerSummary[]> {
  const own = { [labels.owner]: owner, ...(project === undefined ? {} : { [labels.project]: project }) };
  // The engine's filter cannot say "or".
  return (await engine.listContainers({ labels: own }, signal)).filter(isProjectContainer);
}

/**
 * The containers of some of this owner's projects, by one round trip for a hundred projects. The engine's labels cannot say
 * "or", its names can: each ends with the beginning of its project's id and the part it plays.
 */
export async function listContainersOf(
  engine: Engine,
  owner: string,
  projects: readonly string[],
  signal?: AbortSignal,
): Promise<ContainerSummary[]> {
  const [first, second] = projects;
  if (first === undefined) return [];
  if (second === undefined) return listProjectContainers(engine, owner, first, signal);
  const wanted = new Set(projects);
  const found: ContainerSummary[] = [];
  for (let from = 0; from < projects.length; from += mostNames) {
    const named = projects.slice(from, from + mostNames).map((id) => `-${id.slice(0, 6)}(-[a-z]+)?$`);
    const listed = await engine.listContainers({ labels: { [labels.owner]: owner }, names: named }, signal);
    found.push(...listed.filter((one) => isProjectContainer(one) && wanted.has(one.labels[labels.project] ?? '')));
  }
  return found;
}

/** So that an address stays far below what servers take. */
const mostNames = 100;

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
