import type { ContainerSummary, Engine } from '../engine/types';
import { labels } from '../model';

/** This owner's project containers, all of them or one project's. One round trip. */
export function listProjectContainers(
  engine: Engine,
  owner: string,
  project?: string,
  signal?: AbortSignal,
): Promise<ContainerSummary[]> {
  return engine.listContainers(
    {
      labels: {
        [labels.owner]: owner,
        [labels.kind]: 'project',
        ...(project === undefined ? {} : { [labels.project]: project }),
      },
    },
    signal,
  );
}
