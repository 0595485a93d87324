import type { ProjectRow } from '../model';

/** Whether the user's own SSH config includes Berth's. */
export interface SshConfigStatus {
  readonly userConfig: string;
  readonly ownConfig: string;
  readonly installed: boolean;
}

/** All of Berth's SSH files: keys, pinned host keys, its own config, and the one Include line in the user's. */
export interface SshFiles {
  /** Makes the user key if there is none, and the launcher; writes `row`'s host entry, host key and known_hosts line. Safe to repeat. */
  ensureHost(row: ProjectRow): Promise<void>;
  /** Removes the project's host entry, its pinned key and its key pair. */
  removeHost(projectId: string): Promise<void>;
  /** The text of Berth's own config. */
  print(): Promise<string>;
  status(userConfig?: string): Promise<SshConfigStatus>;
  /** Puts the Include on line 1 of the user's config (locked, re-read, atomic, mode and symlink kept). @throws BerthError `ssh_config_failed` */
  install(userConfig?: string): Promise<SshConfigStatus>;
  /** Takes exactly that line out again. */
  uninstall(userConfig?: string): Promise<SshConfigStatus>;
}
