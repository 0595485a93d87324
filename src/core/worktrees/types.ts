import type { Progress } from '../log';
import type { Spawned } from '../sandbox/spawn';
import type { AskedLimits } from '../sandbox/limits';

/** A git worktree of a project that an agent has for itself, with a branch and a container of its own. */
export interface Worktree {
  /** Names it, and the project that its container is: lower case, digits and dashes. */
  readonly name: string;
  /** The text by which it was asked for. */
  readonly key: string;
  /** Where it lies on this machine: the workspace of its container; a real path. */
  readonly folder: string;
  /** The branch that it is on, in the project's repository. */
  readonly branch: string;
  /** The commit that it began at, as hex digits. */
  readonly base: string;
  /** The project's folder, a real path: the checkout that changes are accepted into. */
  readonly project: string;
  /** The git folder of the repository that this is a checkout of. */
  readonly repository: string;
  /** The program that asked for it, by its own words. */
  readonly client: string;
  /** ISO 8601 instant. */
  readonly created: string;
  /** What of it the user has taken last. */
  readonly accepted: Accepted | null;
}

/** How changes are taken: `merge` as commits on the user's branch, `apply` into the index and files, without a commit. */
export type AcceptMode = 'merge' | 'apply';

/** `commit` and `tree`: what was taken, as hex digits. `at`: ISO 8601 instant. */
export interface Accepted {
  readonly mode: AcceptMode;
  readonly commit: string;
  readonly tree: string;
  readonly at: string;
}

/** One file that differs. `status`: git's letter, such as `A`, `M` or `D`. */
export interface ChangedFile {
  readonly status: string;
  readonly path: string;
}

/** All that was done in a worktree since it began: committed or not, and files that git does not know yet. */
export interface WorktreeChanges {
  readonly worktree: Worktree;
  /** The newest first, 100 at most. */
  readonly commits: readonly { readonly id: string; readonly subject: string }[];
  readonly files: readonly ChangedFile[];
  /** How many of them are in no commit. */
  readonly uncommitted: number;
  readonly patch: Buffer;
  /** Whether the user has taken all of it, as it is now. */
  readonly taken: boolean;
  /** What could not be looked at, in sentences. */
  readonly notices: readonly string[];
}

/** What an accept came to. `commit`: the user's new HEAD; null where nothing was committed. */
export interface AcceptResult {
  readonly worktree: Worktree;
  readonly mode: AcceptMode;
  readonly commit: string | null;
  readonly files: readonly ChangedFile[];
}

/** What an agent asks for. `folder`: the project's. */
export interface WorktreeWish {
  readonly key: string;
  readonly folder: string;
  readonly template: string | undefined;
  readonly limits: AskedLimits;
  readonly network: 'full' | 'none' | undefined;
  readonly client: string;
  /** Folders whose templates the user lets agents build and run; real paths. */
  readonly trusted: readonly string[];
}

/** Agents' worktrees. Accepting and discarding are for a person to ask for. */
export interface Worktrees {
  /** By project, then name. */
  list(): Promise<readonly Worktree[]>;
  /** By its name, its branch, its project id in six digits or more, or a folder in it. @throws BerthError `worktree_not_found` */
  find(query: string, cwd: string): Promise<Worktree>;
  /** The worktree that a container's folder is; null for any other. */
  at(folder: string): Promise<Worktree | null>;
  /** Makes worktree, branch and container, or finds them: the same key of the same project is the same worktree. */
  spawn(wish: WorktreeWish, progress: Progress, signal?: AbortSignal): Promise<Spawned>;
  /** Works on this machine alone, so also where the container is gone. @throws BerthError `git_failed` */
  changes(worktree: Worktree, signal?: AbortSignal): Promise<WorktreeChanges>;
  /**
   * Takes what was done into the project's checkout, or leaves that exactly as it is.
   * @throws BerthError `merge_conflicts`, `changes_in_the_way`, `nothing_to_accept`, `git_failed`
   */
  accept(worktree: Worktree, mode: AcceptMode, signal?: AbortSignal): Promise<AcceptResult>;
  /** Removes container, volumes, worktree and branch, for good. */
  discard(worktree: Worktree, signal?: AbortSignal): Promise<void>;
}
