import { rm } from 'node:fs/promises';
import { BerthError, isCancelled } from '../errors';
import type { ProjectRow } from '../model';
import type { Projects } from '../projects/types';
import type { WorktreePlace } from './place';
import { unregister } from './make';
import { checkoutOf, placeOf } from './repository';
import { git } from './safe-git';
import type { Worktree } from './types';

/**
 * Removes the container with its volumes, then the branch and the worktree, its record last: a discard that was cut short
 * can be done again. Where the project's repository is gone there is nothing left to take it out of.
 */
export async function discardWork(
  projects: Pick<Projects, 'find' | 'identify' | 'remove'>,
  place: WorktreePlace,
  worktree: Worktree,
  signal?: AbortSignal,
): Promise<void> {
  const row = await rowOf(projects, worktree.folder, signal);
  if (row !== null) await projects.remove(row, { purge: true }, signal);
  const checkout = await checkoutOf(worktree.project).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return null;
  });
  if (checkout !== null) {
    await unregister(checkout, place);
    const args = ['update-ref', '-d', `refs/heads/${worktree.branch}`];
    await git(placeOf(checkout), args, { codes: [0, 1], signal });
  }
  try {
    await rm(place.folder, { recursive: true, force: true });
  } catch (error) {
    throw new BerthError('file_failed', `The files of ${worktree.name} could not all be deleted.`, {
      hint: `Delete ${place.dir} as an administrator, then discard it again.`,
      cause: error,
    });
  }
  await rm(place.dir, { recursive: true, force: true });
}

/** The worktree's own row, also where its container is gone and its volumes stayed; null where nothing of it is left. */
async function rowOf(
  projects: Pick<Projects, 'find' | 'identify'>,
  folder: string,
  signal?: AbortSignal,
): Promise<ProjectRow | null> {
  try {
    const { id } = await projects.identify(folder);
    const row = await projects.find(folder, folder, signal);
    // A project whose folder has Berth's own in it would be found as well.
    return row.id === id ? row : null;
  } catch (error) {
    if (error instanceof BerthError && ['project_not_found', 'folder_not_found'].includes(error.code)) return null;
    throw error;
  }
}
