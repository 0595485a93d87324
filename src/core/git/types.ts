import type { Disposable, Event } from '../lifetime';
import type { ProjectIdentity, ProjectRow } from '../model';
import type { Origin } from './origins';

export type { Origin } from './origins';

/** What of the user's git in a container may work with: passwords and tokens for servers, or the keys of the SSH agent. */
export type GitAccessKind = 'token' | 'agent';

/** What a project's template asks for, and whether the user granted it. */
export interface GitAccess {
  readonly kind: GitAccessKind;
  readonly granted: boolean;
  /** For `token`: the servers that it is granted for, or would be. */
  readonly hosts: readonly Origin[];
}

/** Git in a container asked for what was not granted. */
export interface GitAsked {
  readonly project: Pick<ProjectIdentity, 'id' | 'name'>;
  readonly kind: GitAccessKind;
  /** The server, for `token`. */
  readonly host: Origin | null;
}

/** What git in containers gets of this machine's. A template only asks; the user grants, project by project. */
export interface Git {
  /** Fires in the process that was asked. */
  readonly onDidAsk: Event<GitAsked>;
  /** The id of a project whose grants this process changed. */
  readonly onDidChange: Event<string>;
  /** What the project's template asks for; null where it asks for none. */
  look(row: ProjectRow, signal?: AbortSignal): Promise<GitAccess | null>;
  /**
   * Grants what the template asks for. `hosts`: servers for `token`, in place of the one that the workspace's remotes name
   * now; servers that a remote names later are not in it.
   * @throws BerthError `bad_usage` where the template asks for nothing, or no server is known, or several are: a program in
   * the container can add one
   */
  grant(row: ProjectRow, hosts?: readonly string[], signal?: AbortSignal): Promise<GitAccess>;
  /** Takes every grant of the project back. @returns false where it had none */
  revoke(row: ProjectRow): Promise<boolean>;
  /** Keeps answering git in the project's container, whenever it runs, until it is disposed. Starts no container. */
  serve(row: ProjectRow): Disposable;
}
