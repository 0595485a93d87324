import type { ContainerDetail } from '../engine/types';
import type { HealthThresholds, ProjectRow } from '../model';
import { checks, gauges } from './facts';
import type { Check, Crash, FailingCheck, Gauge, HealthReading, OtherBase, ProbedUsage, TooMuch } from './facts';
import { hold } from './holds';
import type { Hold } from './holds';
import { cpuPercent } from './probe';
import type { Probed } from './probe';
import { holdMs, holdsAt } from './verdict';

/** What the monitor keeps in mind of one container between two looks at it. */
export interface Mind {
  readonly reading: HealthReading;
  readonly holds: Partial<Readonly<Record<Gauge, Hold>>>;
  /** What the last probe said, for what takes two. */
  readonly probed: Probed | null;
}

/** Now, by both clocks: milliseconds since the epoch, which may jump, and of one that never does. */
export interface Clock {
  readonly now: number;
  readonly steady: number;
}

/** What one look found. */
export interface Look {
  readonly container: Pick<ContainerDetail, 'restartCount' | 'finishedAt' | 'startedAt' | 'oomKilled'>;
  /** What the probe said; `silent` where it got no answer, with why; null where none was made. */
  readonly probe: Probed | { readonly silent: string } | null;
  /** The end that events told of, where one did. */
  readonly exitCode: number | null;
  /** Events told that the kernel killed a process. */
  readonly oomKilled: boolean;
  /** The template's base image where it is another by now; undefined where that was not looked at. */
  readonly base?: OtherBase | null;
  /** Milliseconds until the next probe is due. */
  readonly pace: number;
}

/** What a look makes of what was known. Another start of the container makes all anew but its crash and its base. Pure. */
export function afterLook(
  before: Mind | null,
  look: Look,
  thresholds: HealthThresholds,
  workspace: string,
  clock: Clock,
): Mind {
  const { container, probe, pace } = look;
  const at = new Date(clock.now).toISOString();
  const same = before?.reading.startedAt === container.startedAt ? before : null;
  const answered = probe !== null && !('silent' in probe) ? probe : null;
  const crash = crashOf(before?.reading.crash ?? null, look, at);
  const holds =
    answered === null ? (same?.holds ?? {}) : holdsAfter(same?.holds ?? {}, answered, thresholds, look, clock);
  const old = same?.reading;
  const oomKills = answered?.oomKills ?? old?.oomKills ?? 0;
  const killed = look.oomKilled || oomKills > (old?.oomKills ?? 0);
  const reading: HealthReading = {
    at: probe === null ? (old?.at ?? at) : at,
    until: probe === null ? (old?.until ?? at) : new Date(clock.now + 3 * pace).toISOString(),
    usage: answered === null ? (old?.usage ?? null) : usageOf(same?.probed ?? null, answered),
    tooMuch: answered === null ? (old?.tooMuch ?? {}) : tooMuchOf(holds, answered, clock),
    failing: probe === null ? (old?.failing ?? {}) : failingAfter(old?.failing ?? {}, probe, workspace, at),
    crash,
    oomKill: explained(crash, killed ? at : (before?.reading.oomKill ?? null)),
    base: baseAfter(before?.reading.base ?? null, look.base, at),
    services: answered === null ? (old?.services ?? []) : answered.services.map(({ name, state }) => ({ name, state })),
    startedAt: container.startedAt,
    oomKills,
  };
  return { reading, holds, probed: answered ?? same?.probed ?? null };
}

/**
 * What a start that somebody asked for makes of what was known: as a look right after it, since nothing was probed yet and
 * the engine counts its own starts from zero. `startedAt`: ISO 8601. Pure.
 */
export function afterStart(
  before: Mind,
  startedAt: string,
  { thresholds, workspacePath }: Pick<ProjectRow, 'thresholds' | 'workspacePath'>,
  clock: Clock,
): Mind {
  const container = { restartCount: 0, finishedAt: null, startedAt, oomKilled: false };
  const look = { container, probe: null, exitCode: null, oomKilled: false, pace: 0 };
  return afterLook(before, look, thresholds, workspacePath, clock);
}

/** What a monitor that takes over makes of what the one before wrote down. Pure. */
export function mindOf(reading: HealthReading, clock: Clock): Mind {
  if (!holdsAt(reading, clock.now))
    return { reading: { ...reading, tooMuch: {}, failing: {} }, holds: {}, probed: null };
  const entries = Object.entries(reading.tooMuch).map(([gauge, { forMs }]) => {
    const since = clock.steady - forMs;
    return [gauge, { since, last: clock.steady, counts: forMs >= holdMs }] as const;
  });
  return { reading, holds: Object.fromEntries(entries), probed: null };
}

/** The engine counts how often it started a container again, from zero whenever somebody else starts it. */
function crashOf(before: Crash | null, { container, exitCode }: Look, seen: string): Crash | null {
  const { restartCount: restarts, finishedAt: at, oomKilled } = container;
  if (restarts === 0 || at === null) return null;
  if (before?.at === at) return before;
  return { at, seen, exitCode, oomKilled, restarts };
}

/** A kill that brought the whole container down is told by the crash. */
function explained(crash: Crash | null, oomKill: string | null): string | null {
  if (oomKill === null || crash?.oomKilled !== true) return oomKill;
  return Date.parse(oomKill) <= Date.parse(crash.seen) + 10_000 ? null : oomKill;
}

function baseAfter(before: HealthReading['base'], base: Look['base'], at: string): HealthReading['base'] {
  if (base === undefined) return before;
  if (base === null) return null;
  return { ...base, since: before?.image === base.image ? before.since : at };
}

function usageOf(before: Probed | null, after: Probed): ProbedUsage {
  const { memoryBytes, workspaceDisk, containerDisk, pids } = after;
  return {
    cpuPercent: cpuPercent(before, after),
    memoryBytes: memoryBytes ?? 0,
    memoryPercent: percents(after).memory,
    diskPercent: workspaceDisk,
    containerDiskPercent: containerDisk,
    pids: pids ?? 0,
  };
}

function percents({ memoryBytes, memoryLimit, workspaceDisk, containerDisk }: Probed): Record<Gauge, number | null> {
  const memory = memoryBytes === null || memoryLimit === null ? null : (memoryBytes / memoryLimit) * 100;
  return { memory, workspaceDisk, containerDisk };
}

function holdsAfter(
  before: Mind['holds'],
  probed: Probed,
  { maxDisk, maxMemory }: HealthThresholds,
  { pace }: Look,
  { steady }: Clock,
): Mind['holds'] {
  const now = percents(probed);
  const entries = gauges.flatMap((gauge) => {
    const limit = gauge === 'memory' ? maxMemory : maxDisk;
    const held = hold(before[gauge] ?? null, now[gauge], limit, steady, { holdMs, gapMs: 3 * pace });
    return held === null ? [] : [[gauge, held] as const];
  });
  return Object.fromEntries(entries);
}

function tooMuchOf(holds: Mind['holds'], probed: Probed, { now, steady }: Clock): HealthReading['tooMuch'] {
  const percent = percents(probed);
  const entries = gauges.flatMap((gauge): (readonly [Gauge, TooMuch])[] => {
    const held = holds[gauge];
    if (held === undefined) return [];
    // What counts goes on counting, though a takeover may have begun a new hold of the same length.
    const forMs = Math.max(steady - held.since, held.counts ? holdMs : 0);
    return [[gauge, { percent: percent[gauge] ?? 0, forMs, since: new Date(now - forMs).toISOString() }]];
  });
  return Object.fromEntries(entries);
}

function failingAfter(
  before: HealthReading['failing'],
  probe: Probed | { readonly silent: string },
  workspace: string,
  at: string,
): HealthReading['failing'] {
  const why: Partial<Record<Check, string>> =
    'silent' in probe
      ? { answer: probe.silent }
      : {
          ...(probe.workspace === null ? {} : { workspace: `${workspace} ${probe.workspace}` }),
          ...(probe.sshd ? {} : { sshd: 'no sshd in the container' }),
        };
  const entries = checks.flatMap((check): (readonly [Check, FailingCheck])[] => {
    const found = why[check];
    const was = before[check];
    // A container that does not answer says nothing of the rest.
    if (found === undefined) return 'silent' in probe && was !== undefined ? [[check, was]] : [];
    return [[check, { times: (was?.times ?? 0) + 1, since: was?.since ?? at, why: found }]];
  });
  return Object.fromEntries(entries);
}
