import { BerthError } from '../errors';
import type { SpawnWish } from '../sandbox/spawn';
import type { WorktreeWish } from './types';

/** A spawn's wish as one for a worktree. Pure. @throws BerthError `bad_usage` */
export function worktreeWish({ key, folder, snapshot, client = 'unknown', ...wish }: SpawnWish): WorktreeWish {
  if (snapshot !== undefined) {
    throw new BerthError('bad_usage', 'A worktree’s container begins with no snapshot.', {
      hint: 'Leave the snapshot out, or spawn from it by a key alone.',
    });
  }
  if (key !== undefined && folder !== undefined) return { ...wish, key, folder, client };
  throw new BerthError('bad_usage', 'A worktree wants a key and the folder of its project.', {
    hint: 'Give both: the same key of the same project is the same worktree.',
  });
}
