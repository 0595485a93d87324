import type { ContainerSummary } from '../../../src/core/engine/types';
import { labels } from '../../../src/core/model';
import { containerName } from '../../../src/core/projects/identity';
import type { ContainerRole } from '../../../src/core/projects/identity';

export const projectId = 'abcdef012345';

/** A line of the engine's list for the project `api`, running unless told otherwise. */
export function summary(
  role: ContainerRole = 'current',
  change: Partial<ContainerSummary> = {},
  moreLabels: Record<string, string> = {},
): ContainerSummary {
  return {
    id: `id-${role}`,
    name: containerName('api', projectId, role),
    image: 'berth/python:0123456789ab',
    imageId: 'sha256:0123',
    labels: {
      [labels.kind]: 'project',
      [labels.project]: projectId,
      [labels.name]: 'api',
      [labels.folder]: '/src/api',
      [labels.template]: 'python',
      [labels.generation]: '3',
      [labels.user]: 'dev',
      [labels.spec]: '{"workspace":{"path":"/code"}}',
      ...moreLabels,
    },
    state: 'running',
    health: null,
    created: '2026-01-01T00:00:00.000Z',
    status: 'Up 3 hours',
    ...change,
  };
}
