import type { ContainerSummary } from '../engine/types';
import { BerthError } from '../errors';
import { gitWishOf, noGitWish } from '../git/wish';
import type { HealthFacts, HealthReading } from '../health/facts';
import { usualThresholds, thresholdsOf } from '../health/thresholds';
import { healthVerdict, holdsAt } from '../health/verdict';
import type { Snoozes } from '../health/verdict';
import { stopAfterOf } from '../idle/tell';
import { stoppedIdle } from '../idle/words';
import { agentFactsOf, isOver } from '../lifespan/lifespan';
import { labels } from '../model';
import type {
  ContainerState,
  DeclaredPort,
  HealthThresholds,
  LifecycleStep,
  ProjectIdentity,
  ProjectRow,
  SecretRow,
  StaleReason,
} from '../model';
import { containerName, roleOfName } from './identity';
import { partOf, specAtMaking } from './made-spec';
import { portsNow } from './plan-ports';
import { restartAttempts } from './restarts';
import { troubleIn } from './step-records';

/** Facts about a container that its line in the engine's list does not tell. */
export interface RowFacts {
  readonly engine: string;
  /** How it stands with the project's other containers, see repair.ts. */
  readonly former?: number | null;
  readonly halfDone?: boolean;
  readonly stale: readonly StaleReason[];
  /** The ports that its template declares now, where they may be others than it was made with. */
  readonly ports?: readonly DeclaredPort[] | null;
  /** What git works with by its template now, where that may be other than what it was made with. */
  readonly git?: ProjectRow['git'] | null;
  /** What this process is doing to the project right now; goes before what the engine says. */
  readonly activity?: ContainerState | null;
  /** ISO 8601 instant of the last start or stop, where an event told it. */
  readonly changed?: string | null;
  /** What a closer look told, where one was worth it. */
  readonly close?: Pick<HealthFacts, 'oomKilled' | 'restarts' | 'finishedAt' | 'healthCommand'> | null;
  /** What the template says of health now, where that may be other than what it was made with. */
  readonly thresholds?: HealthThresholds | null;
  readonly reading?: HealthReading | null;
  readonly snoozes?: Snoozes | undefined;
  /** Milliseconds since the epoch; the present when left out. */
  readonly now?: number;
  /** The commands that set it up, while not all of them have succeeded. */
  readonly setup?: readonly LifecycleStep[];
  /** What is known of its secrets. */
  readonly secrets?: readonly SecretRow[];
  /** For how many seconds it had been idle when it stopped for that. */
  readonly idleFor?: number | null;
}

/** The workspace path where a label cannot tell (a container of another version). */
const defaultWorkspace = '/workspace';

/** Makes the row that views show out of the engine's words. Pure. */
export function rowOf(container: ContainerSummary, facts: RowFacts): ProjectRow {
  const label = (key: keyof typeof labels): string => container.labels[labels[key]] ?? '';
  const exitCode = exitCodeOf(container);
  const { close = null, reading = null, now = Date.now() } = facts;
  const state = facts.activity ?? stateOf(container, exitCode, close);
  const name = label('name');
  const made = specOf(container);
  const thresholds = facts.thresholds ?? made.thresholds;
  const agent = agentFactsOf(container);
  const stopsAfterMs = stopAfterOf(container);
  const told: HealthFacts = {
    state,
    engineHealth: container.health,
    healthCommand: close?.healthCommand ?? null,
    exitCode,
    oomKilled: close?.oomKilled ?? false,
    restarts: close?.restarts ?? null,
    finishedAt: close?.finishedAt ?? null,
    restarting: container.state === 'restarting',
    created: container.created,
    setup: troubleIn(facts.setup ?? []),
    template: facts.stale,
    restored: label('restored') !== '',
    reading,
  };
  const verdict = healthVerdict(told, thresholds, facts.snoozes ?? {}, now);
  // Written out: a row is made at each event, and putting objects together takes longer than all that is in them.
  const row: Writable<ProjectRow> = {
    id: label('project'),
    name,
    folder: label('folder'),
    template: label('template'),
    engine: facts.engine,
    state,
    health: verdict.health,
    detail: verdict.detail,
    reasons: verdict.reasons,
    stale: verdict.stale,
    thresholds,
    use: state === 'running' && reading !== null && holdsAt(reading, now) ? reading.usage : null,
    generation: Number(label('generation')) || 1,
    created: container.created,
    changed: facts.changed ?? null,
    image: container.image,
    container: container.id,
    containerName: container.name,
    alias: containerName(name, label('project')),
    user: label('user') === '' ? 'root' : label('user'),
    workspacePath: made.workspacePath,
    services: made.services,
    ports: facts.ports == null ? made.ports : portsNow(made.ports, facts.ports),
    setup: facts.setup ?? [],
    secrets: state === 'running' ? (facts.secrets ?? []) : [],
    git: facts.git ?? made.git,
    former: facts.former ?? null,
    halfDone: facts.halfDone ?? false,
    exitCode,
  };
  if (stopsAfterMs !== null) row.stopsAfterMs = stopsAfterMs;
  if (state === 'stopped' && facts.idleFor != null) Object.assign(row, stoppedIdle(facts.idleFor));
  if (label('restored') !== '') row.restored = label('restored');
  if (agent !== null) row.agent = agent;
  if (agent !== null && state === 'stopped' && isOver({ agent }, now)) row.detail = 'its time is over';
  return row;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * A stop leaves 0, 130 or 143 (the signal that asked), or 137 where it had to be forced; the engine starts anything
 * else again by its restart policy, so 137 at rest means a forced stop unless the kernel did it, or the engine has tried
 * as often as it may.
 */
function stateOf(container: ContainerSummary, exitCode: number | null, close: RowFacts['close']): ContainerState {
  switch (container.state) {
    case 'created':
      return 'creating';
    case 'running':
      return 'running';
    case 'paused':
      return 'stopped';
    case 'restarting':
      return 'crashed';
    case 'removing':
      return 'removing';
    case 'dead':
      return 'crashed';
    case 'exited':
      if (close?.oomKilled === true || (close?.restarts ?? 0) >= restartAttempts) return 'crashed';
      return exitCode === null || [0, 130, 137, 143].includes(exitCode) ? 'stopped' : 'crashed';
  }
}

function exitCodeOf(container: ContainerSummary): number | null {
  if (container.state !== 'exited' && container.state !== 'restarting') return null;
  const match = /\((\d+)\)/.exec(container.status);
  return match?.[1] === undefined ? null : Number(match[1]);
}

/** What a row needs of the label `dev.berth.spec`, which another version may have written. */
function specOf(
  container: ContainerSummary,
): Pick<ProjectRow, 'git' | 'workspacePath' | 'ports' | 'services' | 'thresholds'> {
  const spec = specAtMaking(container);
  const { path } = partOf(spec, 'workspace');
  const ports = Array.isArray(spec.ports) ? spec.ports.filter(isDeclaredPort) : [];
  // Without a network the engine publishes nothing, while the Line reaches it all the same.
  const published = partOf(spec, 'security').network !== 'none';
  return {
    workspacePath: typeof path === 'string' ? path : defaultWorkspace,
    ports: ports.map((port) => ({ ...port, publish: port.publish && published })),
    services: Object.keys(partOf(spec, 'services')).sort(),
    git: gitWishOf(spec),
    thresholds: thresholdsOf(spec),
  };
}

function isDeclaredPort(given: unknown): given is DeclaredPort {
  if (typeof given !== 'object' || given === null) return false;
  const { port, host, publish } = given as Partial<Record<keyof DeclaredPort, unknown>>;
  return Number.isInteger(port) && Number.isInteger(host) && typeof publish === 'boolean';
}

/**
 * Which of a project's containers its row shows: the current one; in the middle of a switch, the one before; a bare
 * `next` is one still being made. Others of the project (`undo`) are never shown as the project.
 */
export function representative(containers: readonly ContainerSummary[]): ContainerSummary | null {
  for (const wanted of ['current', 'prev', 'next'] as const) {
    const found = containers.find(
      (container) =>
        roleOfName(container.name, container.labels[labels.name] ?? '', container.labels[labels.project] ?? '') ===
        wanted,
    );
    if (found !== undefined) return found;
  }
  return null;
}

/** The row of a project without a container: one about to be made, or one that was removed while its volumes stay. */
export function absentRow(identity: ProjectIdentity, engine: string): ProjectRow {
  const name = containerName(identity.name, identity.id);
  return {
    ...identity,
    template: '',
    engine,
    state: 'absent',
    health: 'unknown',
    detail: '',
    reasons: [],
    stale: [],
    thresholds: usualThresholds,
    use: null,
    generation: 0,
    created: null,
    changed: null,
    image: '',
    container: null,
    containerName: name,
    alias: name,
    user: '',
    workspacePath: defaultWorkspace,
    ports: [],
    services: [],
    setup: [],
    secrets: [],
    git: noGitWish,
    former: null,
    halfDone: false,
    exitCode: null,
  };
}

/** What to throw when a project's container went away while something was to be done with it. */
export function containerGone(name: string): BerthError {
  return new BerthError('container_gone', `${name} has no container any more.`, {
    hint: 'Run `berth up` to make one.',
  });
}
