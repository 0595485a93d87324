import { resolve } from 'node:path';
import type { ProjectIdentity } from '../model';
import { isPathQuery } from '../projects/find';
import type { Projects } from '../projects/types';
import type { Snapshot } from './types';

/** The project that a query means by what its snapshots tell: for one that has nothing else left. Null for none. */
export async function projectOfSnapshots(
  snapshots: readonly Snapshot[],
  query: string | undefined,
  cwd: string,
  { identify }: Pick<Projects, 'identify'>,
): Promise<ProjectIdentity | null> {
  const known = new Map(snapshots.map(({ project }) => [project.id, project]));
  if (isPathQuery(query)) {
    const { id } = await identify(resolve(cwd, query ?? '.'));
    return known.get(id) ?? null;
  }
  const meant = [...known.values()].filter(
    ({ id, name }) => name === query || (query !== undefined && query.length >= 6 && id.startsWith(query)),
  );
  return meant.length === 1 ? (meant[0] ?? null) : null;
}
