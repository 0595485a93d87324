import { BerthError } from '../errors';
import { isWithin } from '../paths';
import type { Worktree } from './types';

/**
 * The one worktree that a word means: by its name or branch, else by the key; a path means the one that it lies in. Pure.
 * @throws BerthError `worktree_not_found`, `bad_usage` where several are meant
 */
export function matchWorktree(all: readonly Worktree[], query: string, path: string | null): Worktree {
  const ways: readonly ((one: Worktree) => boolean)[] = [
    ({ name, branch }) => name === query || branch === query,
    ({ key }) => key === query,
    ({ folder }) => path !== null && isWithin(path, folder),
    ({ name }) => query.length >= 3 && name.startsWith(query),
  ];
  for (const way of ways) {
    const found = all.filter(way);
    const [first] = found;
    if (first !== undefined && found.length === 1) return first;
    if (first !== undefined) {
      throw new BerthError('bad_usage', `"${query}" could be ${found.length} worktrees.`, {
        hint: 'Name one in full.',
        errors: found.map(({ name, project }) => ({ message: `${name}  ${project}` })),
      });
    }
  }
  throw new BerthError('worktree_not_found', `There is no agents' worktree "${query}".`, {
    hint: 'See `berth agents` for those there are.',
  });
}
