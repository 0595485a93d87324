import type { Worktree } from '../../core/worktrees/types';

/** Agents' worktrees as they were when last looked at: what rows and commands read. */
export class WorktreeBook {
  #found: readonly Worktree[] = [];

  get all(): readonly Worktree[] {
    return this.#found;
  }

  /** The worktree that a container's folder is. */
  at(folder: string): Worktree | undefined {
    return this.#found.find((one) => one.folder === folder);
  }

  set(found: readonly Worktree[]): void {
    this.#found = found;
  }
}
