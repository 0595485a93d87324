import type { ContainerSummary, Engine } from '../engine/types';
import { labels, type Kind } from '../model';

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
