import type { ProjectIdentity, ProjectRow } from '../model';

/** Whose agents' containers a grant is for; see {@link GrantScope}. `row`: of a project that has a container. */
export type GrantTarget =
  | { readonly kind: 'project'; readonly project: ProjectIdentity; readonly row: ProjectRow | null }
  | { readonly kind: 'template'; readonly name: string };

/** One secret that may be granted, or is; never its value. */
export interface AgentSecret {
  readonly name: string;
  /** In a few words that anybody may read, such as `env:GITHUB_TOKEN`. */
  readonly from: string;
  readonly as: 'env' | 'file';
  /** The file in the container, with `as: file`. */
  readonly path: string | null;
  readonly granted: boolean;
  /** ISO 8601 instant of the grant; null where it is not granted. */
  readonly at: string | null;
  /** Where it was granted, where that is somewhere else: the project of a worktree, the template of a container by a key. */
  readonly by: string | null;
}

/** The secrets that agents' containers may have. A template only asks; the user grants, by name. */
export interface AgentSecrets {
  /** What is granted there, and what a person last agreed to have in the project's own container, or the template declares. By name. */
  list(target: GrantTarget, signal?: AbortSignal): Promise<readonly AgentSecret[]>;
  /**
   * Grants secrets, by their names or as `NAME=SOURCE`. Where a value comes from is written down as it is now; containers
   * that run have them at once.
   * @throws BerthError `bad_usage` for a name that nothing of the user's own declares, or a source that is none
   */
  grant(target: GrantTarget, asked: readonly string[], signal?: AbortSignal): Promise<readonly AgentSecret[]>;
  /**
   * Takes grants back, all of the target's where no names are given. Containers that run lose them at once.
   * @returns the names of what was taken back @throws BerthError `bad_usage` for a name that is not granted there
   */
  revoke(target: GrantTarget, names?: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
}
