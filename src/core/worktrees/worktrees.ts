import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import type { Record } from '../projects/record';
import type { Core } from '../types';
import { matchWorktree } from './find';
import { listWorktrees, placeFor, placeNamed, placeOfFolder, readWorktree, type WorktreePlace } from './place';
import type { Worktree, Worktrees } from './types';

export interface WorktreesContext extends Pick<Core, 'home' | 'engine' | 'projects' | 'templates'> {
  readonly record: Record;
}

/** Puts the room together; git is only started when something is asked for. */
export function createWorktrees(context: WorktreesContext): Worktrees {
  const { home, projects, record } = context;
  const about = async ({ project }: Worktree) => ({ project: await projects.identify(project) });
  return {
    list: () => listWorktrees(home),
    async find(query, cwd) {
      const path = /[/\\]|^\.{1,2}$/.test(query) ? await realpath(resolve(cwd, query)).catch(() => null) : null;
      return matchWorktree(await listWorktrees(home), query, path);
    },
    async at(folder) {
      const place = placeOfFolder(home, folder);
      return place === null ? null : readWorktree(place);
    },
    async spawn(wish, progress, signal) {
      const { projectFolder, spawnInWorktree } = await import('./spawn');
      const folder = await projectFolder(context, wish, signal);
      const place = placeFor(home, folder, wish.key);
      const work = () => spawnInWorktree(context, { ...wish, folder }, place, progress, signal);
      return locked(home, place, work, signal);
    },
    async changes(worktree, signal) {
      const { changesOf } = await import('./look');
      const place = placeNamed(home, worktree.name);
      return locked(home, place, () => changesOf(place, worktree, signal), signal);
    },
    accept: (worktree, mode, signal) =>
      record(
        () => about(worktree),
        async () => {
          const { acceptWork } = await import('./accept');
          const place = placeNamed(home, worktree.name);
          // As it is written down by now: another process may have accepted or discarded it.
          const work = async () =>
            acceptWork(place, (await readWorktree(place)) ?? matchWorktree([], worktree.name, null), mode, signal);
          const { project } = await about(worktree);
          return { project, result: await locked(home, place, work, signal) };
        },
        ({ project }) => ({
          kind: 'changes_accepted',
          project,
          cause: `${mode === 'merge' ? 'merged' : 'applied'} ${worktree.branch}`,
        }),
      ).then(({ result }) => result),
    discard: async (worktree, signal) => {
      await record(
        () => about(worktree),
        async () => {
          const { discardWork } = await import('./discard');
          const place = placeNamed(home, worktree.name);
          const project = await about(worktree).catch(() => ({}));
          await locked(home, place, () => discardWork(projects, place, worktree, signal), signal);
          return project;
        },
        (known) => ({ kind: 'changes_discarded', ...known, cause: worktree.branch }),
      );
    },
  };
}

function locked<T>(home: BerthHome, { name }: WorktreePlace, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  return withLock(home.locksDir, `worktree-${name}`, work, signal);
}
