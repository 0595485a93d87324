import { reasonHealth } from '../model';
import type { Health, HealthReason, HealthThresholds, ReasonCode, StaleReason } from '../model';
import type { Gauge, HealthFacts, HealthReading, OtherBase } from './facts';
import { limitText, percentText, spanOf } from './words';

/** Milliseconds that something has to be above its threshold before it counts: one spike is nothing. */
export const holdMs = 5 * 60_000;

/** Milliseconds for which a restart after a crash, or a killed process, goes on being told once it was seen. */
export const toldForMs = 60 * 60_000;

/** By reason's code, the ISO 8601 instant until which it was put off. */
export type Snoozes = Partial<Readonly<Record<ReasonCode, string>>>;

export interface HealthVerdict {
  readonly health: Health;
  /** The worst reason's message, or why nothing can be said; else empty. */
  readonly detail: string;
  /** The worst first; those that were put off come last. */
  readonly reasons: readonly HealthReason[];
  readonly stale: readonly StaleReason[];
}

type Told = Pick<HealthReason, 'code' | 'message' | 'since'>;

const severity = ['unhealthy', 'degraded', 'stale'] as const;
const order = Object.keys(reasonHealth) as readonly ReasonCode[];

/**
 * Facts to a verdict: the worst of the reasons that were not put off. A container that does not run is `unknown`, unless
 * it crashed; why it should be replaced is told of it all the same. `now`: milliseconds since the epoch. Pure.
 */
export function healthVerdict(
  facts: HealthFacts,
  thresholds: HealthThresholds,
  snoozes: Snoozes,
  now: number,
): HealthVerdict {
  const running = facts.state === 'running';
  const stale = staleOf(facts, thresholds, now);
  const told = [...crashed(facts), ...(running ? troubles(facts, thresholds, now) : []), ...stale];
  const reasons = told
    .map(({ code, message, since }): HealthReason => {
      const until = snoozes[code];
      // A container that is down is down: that cannot be put off.
      const off = until !== undefined && !isDown(code) && Date.parse(until) > now;
      return { code, health: reasonHealth[code], message, since, snoozed: off ? until : null };
    })
    .sort(byWeight);
  const worst = reasons.find((reason) => reason.snoozed === null && (running || isDown(reason.code)));
  if (worst !== undefined) return { health: worst.health, detail: worst.message, reasons, stale };
  if (!running) return { health: 'unknown', detail: '', reasons, stale };
  if (facts.engineHealth === 'starting') {
    return { health: 'unknown', detail: 'waiting for the first health check', reasons, stale };
  }
  return { health: 'healthy', detail: '', reasons, stale };
}

function byWeight(a: HealthReason, b: HealthReason): number {
  const off = Number(a.snoozed !== null) - Number(b.snoozed !== null);
  const weight = severity.indexOf(a.health) - severity.indexOf(b.health);
  return off || weight || order.indexOf(a.code) - order.indexOf(b.code);
}

function isDown(code: ReasonCode): boolean {
  return code === 'crashed' || code === 'restarting';
}

function crashed(facts: HealthFacts): Told[] {
  const { state, exitCode, oomKilled, restarts, restarting, finishedAt: since } = facts;
  if (state !== 'crashed') return [];
  const count = (restarts ?? 0) + (restarting ? 0 : 1);
  const times = count > 1 ? ` (${count}×)` : '';
  const next = restarting ? '; the engine starts it again' : count > 1 ? '; it stays down' : '';
  const message = `crashed: ${endOf(exitCode, oomKilled)}${times}${next}`;
  return [{ code: restarting ? 'restarting' : 'crashed', message, since }];
}

/** How a container ended: `out of memory`, `exit code 1`. Pure. */
export function endOf(exitCode: number | null, oomKilled: boolean): string {
  return oomKilled ? 'out of memory' : `exit code ${exitCode ?? 'unknown'}`;
}

/** What is wrong with a running container, and not mended by mere replacing. */
function troubles(facts: HealthFacts, thresholds: HealthThresholds, now: number): Told[] {
  const { setup, reading } = facts;
  return [
    ...(facts.engineHealth === 'unhealthy' ? [healthCommand(facts, thresholds)] : []),
    ...(setup === null ? [] : [{ code: 'setup_failed', message: setup, since: null } as const]),
    ...(reading === null ? [] : [...ends(reading, now), ...probed(reading, thresholds, now)]),
  ];
}

function healthCommand({ healthCommand: known }: HealthFacts, { retries }: HealthThresholds): Told {
  const code = known?.exitCode == null ? '' : ` (exit code ${known.exitCode})`;
  const failures = Math.max(known?.failures ?? retries, 1);
  const message = `${checksFailed(failures)}: the health command fails${code}`;
  return { code: 'health_command_failed', message, since: null };
}

function checksFailed(times: number): string {
  return `${times} health ${times === 1 ? 'check' : 'checks'} failed`;
}

/** Ends that the engine or the kernel brought about. They are facts of the past: told for a while after they were seen. */
function ends({ crash, oomKill }: HealthReading, now: number): Told[] {
  const told: Told[] = [];
  if (crash !== null && agoOf(crash.seen, now) < toldForMs) {
    const times = crash.restarts > 1 ? ` (${crash.restarts}×)` : '';
    const message = `crashed and was started again: ${endOf(crash.exitCode, crash.oomKilled)}${times}`;
    told.push({ code: 'restarted', message, since: crash.at });
  }
  if (oomKill !== null && agoOf(oomKill, now) < toldForMs) {
    told.push({ code: 'out_of_memory', message: 'a process was killed: out of memory', since: oomKill });
  }
  return told;
}

/** What a probe found, for as long as that holds: a monitor that is gone, or a clock that jumped, leaves nothing said. */
function probed(reading: HealthReading, thresholds: HealthThresholds, now: number): Told[] {
  if (!holdsAt(reading, now)) return [];
  return [...failedChecks(reading, thresholds), ...failedServices(reading), ...tooFull(reading, thresholds)];
}

function failedServices({ services }: HealthReading): Told[] {
  const failed = services.filter(({ state }) => state === 'failed').map(({ name }) => name);
  if (failed.length === 0) return [];
  const words = `${failed.length === 1 ? 'service' : 'services'} ${failed.join(', ')} failed`;
  return [{ code: 'service_failed', message: words, since: null }];
}

/** Whether what a probe found still holds. `now`: milliseconds since the epoch. Pure. */
export function holdsAt({ at, until }: HealthReading, now: number): boolean {
  return now <= Date.parse(until) && now >= Date.parse(at) - 60_000;
}

const checkCodes = { answer: 'no_answer', workspace: 'workspace_missing', sshd: 'sshd_missing' } as const;

function failedChecks({ failing }: HealthReading, { retries }: HealthThresholds): Told[] {
  return (['answer', 'workspace', 'sshd'] as const).flatMap((check): Told[] => {
    const found = failing[check];
    if (found === undefined || found.times < retries) return [];
    return [{ code: checkCodes[check], message: `${checksFailed(found.times)}: ${found.why}`, since: found.since }];
  });
}

const gaugeCodes = {
  memory: 'memory_high',
  workspaceDisk: 'workspace_disk_high',
  containerDisk: 'container_disk_high',
} as const satisfies Record<Gauge, ReasonCode>;

function tooFull({ tooMuch }: HealthReading, { maxDisk, maxMemory }: HealthThresholds): Told[] {
  return (['memory', 'workspaceDisk', 'containerDisk'] as const).flatMap((gauge): Told[] => {
    const found = tooMuch[gauge];
    if (found === undefined || found.forMs < holdMs) return [];
    const { percent, forMs, since } = found;
    const message =
      gauge === 'memory'
        ? `memory ${percentText(percent, maxMemory)} for ${spanOf(forMs)}`
        : `${gauge === 'workspaceDisk' ? 'disk' : 'container disk'} ${percentText(percent, maxDisk)} of ${maxDisk} %`;
    return [{ code: gaugeCodes[gauge], message, since }];
  });
}

/**
 * What is told of a container that was put back to a snapshot: an edit of its template, and a folder that is gone. Its age
 * and what its image is made of are what was chosen, and a fresh one would undo the choice.
 */
const toldOfRestored: readonly ReasonCode[] = ['template_changed', 'folder_moved'];

/** Why it should be replaced. */
function staleOf(facts: HealthFacts, thresholds: HealthThresholds, now: number): StaleReason[] {
  const all = everyStale(facts, thresholds, now);
  return facts.restored === true ? all.filter(({ code }) => toldOfRestored.includes(code)) : all;
}

function everyStale(
  { template, reading, created }: HealthFacts,
  { maxAge }: HealthThresholds,
  now: number,
): StaleReason[] {
  const age = agoOf(created, now);
  const base = reading?.base ?? null;
  return [
    ...template,
    ...(base === null ? [] : [{ code: 'base_changed', message: baseText(base), since: base.since } as const]),
    ...(age > maxAge
      ? [
          {
            code: 'too_old',
            message: `older than ${limitText(maxAge)}: ${spanOf(age)}`,
            since: new Date(Date.parse(created) + maxAge).toISOString(),
          } as const,
        ]
      : []),
  ];
}

function baseText({ image, inRegistry }: OtherBase): string {
  return inRegistry === true ? `newer base image in its registry: ${image}` : `base image changed: ${image}`;
}

/** How long ago an instant was, in milliseconds; 0 for one that lies ahead, as after a clock was set back. */
function agoOf(instant: string, now: number): number {
  const then = Date.parse(instant);
  return Number.isNaN(then) ? 0 : Math.max(0, now - then);
}
