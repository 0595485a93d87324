import { posix } from 'node:path';
import type { EngineMount } from '../engine/types';
import type { BerthHome } from '../home';
import { gitTarget, placeOfFolder, readWorktree } from './place';

/** What the container of an agent's worktree mounts so that git works in it; null for any other folder. */
export async function worktreeMounts(
  home: Pick<BerthHome, 'dir'>,
  folder: string,
  workspace: string,
): Promise<{ readonly mounts: readonly EngineMount[]; readonly branch: string } | null> {
  const place = placeOfFolder(home, folder);
  const worktree = place === null ? null : await readWorktree(place);
  if (place === null || worktree === null) return null;
  return {
    branch: worktree.branch,
    mounts: [
      { kind: 'bind', source: place.inside, target: gitTarget, readOnly: false },
      // It leads to that one, and cannot be written: on this machine the same file leads to the user's repository.
      { kind: 'bind', source: place.pointer, target: posix.join(workspace, '.git'), readOnly: true },
    ],
  };
}
