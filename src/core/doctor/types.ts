import type { EngineAttempt, EngineInfo } from '../engine/types';
import type { BerthError } from '../errors';
import type { SshConfigStatus } from '../line/ssh-files';

/** `warn`: works, but less well or less safely than it could. `fail`: something Berth needs is missing. */
export type FindingLevel = 'ok' | 'warn' | 'fail';

/** What is looked at, in the order in which it is told; a contract of `doctor --json`. */
export const doctorChecks = [
  'engine',
  'api_version',
  'buildkit',
  'rootless',
  'engine_disk',
  'home',
  'home_disk',
  'node',
  'ssh_client',
  'editor',
  'remote_ssh',
  'ssh_config',
] as const;
export type DoctorCheck = (typeof doctorChecks)[number];

/** One thing that was looked at. */
export interface Finding {
  readonly check: DoctorCheck;
  readonly level: FindingLevel;
  /** One sentence: what is. */
  readonly message: string;
  /** What to do about it; absent where all is well. */
  readonly mend?: string;
}

/** All findings, and whether any is a `fail`. */
export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly healthy: boolean;
}

/** Free and total bytes of a file system. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** An editor on this machine, as the face tells: it alone knows where extensions lie. */
export interface EditorFact {
  /** Such as `VS Code`. */
  readonly name: string;
  /** Where its command was found, or the editor that asks itself; null where only its folder is there. */
  readonly command: string | null;
  /** The id of the Remote-SSH extension it has; null without one. */
  readonly provider: string | null;
  /** The id of the one to install in this editor. */
  readonly suggestedProvider: string;
}

/** All that the findings are drawn from. */
export interface DoctorFacts {
  readonly engine:
    | { readonly kind: 'connected'; readonly info: EngineInfo }
    | { readonly kind: 'failed'; readonly error: BerthError; readonly tried: readonly EngineAttempt[] };
  /** Null where the engine's disk is not this machine's, or cannot be read. */
  readonly engineDisk: DiskSpace | null;
  readonly home: {
    readonly dir: string;
    /** Why it cannot be written to; null where it can. */
    readonly problem: string | null;
    readonly disk: DiskSpace | null;
  };
  /** Such as `20.19.1`. */
  readonly nodeVersion: string;
  /** What `ssh -V` says; null where there is none. */
  readonly sshVersion: string | null;
  readonly editors: readonly EditorFact[];
  /** Null where the state could not be read. */
  readonly sshConfig: SshConfigStatus | null;
}
