import type { ContainerState, StaleReason, Usage } from '../model';
import type { ServiceRow } from '../services/types';

/** Berth's own checks of a running container: that a command in it answers, its workspace is mounted, it has an sshd. */
export const checks = ['answer', 'workspace', 'sshd'] as const;
export type Check = (typeof checks)[number];

/** A check that fails, how often in a row, and since when. `why`: in a few words. */
export interface FailingCheck {
  readonly times: number;
  /** ISO 8601. */
  readonly since: string;
  readonly why: string;
}

/** What can be too full: all that is told in per cent and has to hold for a while. */
export const gauges = ['memory', 'workspaceDisk', 'containerDisk'] as const;
export type Gauge = (typeof gauges)[number];

/** How long something has been above its threshold, in milliseconds of a clock that does not jump. */
export interface TooMuch {
  readonly percent: number;
  readonly forMs: number;
  /** ISO 8601. */
  readonly since: string;
}

/** An end that nobody asked for, after which the engine started the container again. */
export interface Crash {
  /** ISO 8601 instant of the end. */
  readonly at: string;
  /** ISO 8601 instant at which it was first seen: told from then on for a while, however long ago it was. */
  readonly seen: string;
  /** Null where nobody listened and the engine has forgotten. */
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** How often the engine has started it again since somebody last did. */
  readonly restarts: number;
}

/** What a container uses by its own words: disks in per cent of the file system that they lie on. */
export interface ProbedUsage extends Usage {
  /** The file system of the container's own writable layer; null where it is that of the workspace. */
  readonly containerDiskPercent: number | null;
}

/** A base image that is another by now: on this engine, or so far in its registry alone. */
export interface OtherBase {
  readonly image: string;
  readonly inRegistry?: boolean;
}

/**
 * What the monitor knows of one running container. Written down in Berth's home, so that every window and the command
 * line tell the same. What is here has held: one spike, or one failure, is in no verdict.
 */
export interface HealthReading {
  /** ISO 8601 instant of the last probe; what was probed holds until `until`. */
  readonly at: string;
  readonly until: string;
  /** Null until a probe has answered. */
  readonly usage: ProbedUsage | null;
  readonly tooMuch: Partial<Readonly<Record<Gauge, TooMuch>>>;
  /** Checks that failed last time. */
  readonly failing: Partial<Readonly<Record<Check, FailingCheck>>>;
  readonly crash: Crash | null;
  /** The last time the kernel killed a process in it for want of memory, as ISO 8601; null where it has not. */
  readonly oomKill: string | null;
  /** The base image that has become another since the container's image was made of it; null where it has not. */
  readonly base: (OtherBase & { readonly since: string }) | null;
  /** Its services at the last probe. */
  readonly services: readonly Pick<ServiceRow, 'name' | 'state'>[];
  /** The start that all this is of, as ISO 8601, and how many processes the kernel had killed since. */
  readonly startedAt: string | null;
  readonly oomKills: number;
}

/** All that a verdict is made of. */
export interface HealthFacts {
  readonly state: ContainerState;
  /** The engine's own health check: null where the template has none. */
  readonly engineHealth: 'starting' | 'healthy' | 'unhealthy' | null;
  /** How often its command has failed in a row, and its last exit code; null where that is not known. */
  readonly healthCommand?: { readonly failures: number; readonly exitCode: number | null } | null;
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** How often the engine started it again; null where that is not known. */
  readonly restarts: number | null;
  /** Whether the engine is about to start it again. */
  readonly restarting: boolean;
  /** ISO 8601 instant of its last end; null where it has none, or that is not known. */
  readonly finishedAt: string | null;
  /** ISO 8601. */
  readonly created: string;
  /** What is said of the command of setting up that failed; null where none did. */
  readonly setup: string | null;
  /** It was put back to a snapshot: somebody has chosen it as it is. */
  readonly restored?: boolean;
  /** What comparing it with its template told. */
  readonly template: readonly StaleReason[];
  readonly reading: HealthReading | null;
}
