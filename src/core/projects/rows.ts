import type { ContainerSummary } from '../engine/types';
import { BerthError } from '../errors';
import { gitWishOf, noGitWish } from '../git/wish';
import { labels } from '../model';
import type {
  ContainerState,
  DeclaredPort,
  Health,
  LifecycleStep,
  ProjectIdentity,
  ProjectRow,
  StaleReason,
} from '../model';
import { containerName, roleOfName } from './identity';
import { portsNow } from './plan-ports';
import { troubleIn } from './step-records';

/** Facts about a container that its line in the engine's list does not tell. */
export interface RowFacts {
  readonly engine: string;
  readonly stale: readonly StaleReason[];
  /** The ports that its template declares now, where they may be others than it was made with. */
  readonly ports?: readonly DeclaredPort[] | null;
  /** What git works with by its template now, where that may be other than what it was made with. */
  readonly git?: ProjectRow['git'] | null;
  /** What this process is doing to the project right now; goes before what the engine says. */
  readonly activity?: ContainerState;
  /** ISO 8601 instant of the last start or stop, where an event told it. */
  readonly changed?: string;
  /** The kernel killed it for want of memory. */
  readonly oomKilled?: boolean;
  /** The commands that set it up, while not all of them have succeeded. */
  readonly setup?: readonly LifecycleStep[];
}

/** The workspace path where a label cannot tell (a container of another version). */
const defaultWorkspace = '/workspace';

/** Makes the row that views show out of the engine's words. Pure. */
export function rowOf(container: ContainerSummary, facts: RowFacts): ProjectRow {
  const label = (key: keyof typeof labels): string => container.labels[labels[key]] ?? '';
  const exitCode = exitCodeOf(container);
  const state = facts.activity ?? stateOf(container, exitCode, facts.oomKilled === true);
  const name = label('name');
  const made = specOf(label('spec'));
  return {
    id: label('project'),
    name,
    folder: label('folder'),
    template: label('template'),
    engine: facts.engine,
    state,
    ...verdictOf(container, state, exitCode, facts),
    stale: facts.stale,
    generation: Number(label('generation')) || 1,
    created: container.created,
    changed: facts.changed ?? null,
    image: container.image,
    container: container.id,
    containerName: container.name,
    alias: `berth-${name}-${label('project').slice(0, 6)}`,
    user: label('user') === '' ? 'root' : label('user'),
    ...made,
    ports: facts.ports == null ? made.ports : portsNow(made.ports, facts.ports),
    setup: facts.setup ?? [],
    git: facts.git ?? made.git,
    exitCode,
  };
}

/**
 * A stop leaves 0, 130 or 143 (the signal that asked), or 137 where it had to be forced; the engine starts anything
 * else again by its restart policy, so 137 at rest means a forced stop unless the kernel did it.
 */
function stateOf(container: ContainerSummary, exitCode: number | null, oomKilled: boolean): ContainerState {
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
      if (oomKilled) return 'crashed';
      return exitCode === null || [0, 130, 137, 143].includes(exitCode) ? 'stopped' : 'crashed';
  }
}

function exitCodeOf(container: ContainerSummary): number | null {
  if (container.state !== 'exited' && container.state !== 'restarting') return null;
  const match = /\((\d+)\)/.exec(container.status);
  return match?.[1] === undefined ? null : Number(match[1]);
}

function verdictOf(
  container: ContainerSummary,
  state: ContainerState,
  exitCode: number | null,
  facts: RowFacts,
): { health: Health; detail: string } {
  if (state === 'crashed') {
    const why = facts.oomKilled === true ? 'out of memory' : `exit code ${exitCode ?? 'unknown'}`;
    return { health: 'unhealthy', detail: `crashed: ${why}` };
  }
  if (state !== 'running') return { health: 'unknown', detail: '' };
  if (container.health === 'unhealthy') return { health: 'unhealthy', detail: 'the health command fails' };
  const trouble = troubleIn(facts.setup ?? []);
  if (trouble !== null) return { health: 'degraded', detail: trouble };
  const reason = facts.stale[0];
  if (reason !== undefined) return { health: 'stale', detail: reason.message };
  if (container.health === 'starting') return { health: 'unknown', detail: 'waiting for the first health check' };
  return { health: 'healthy', detail: '' };
}

/** What a row needs of the label `dev.berth.spec`, which another version may have written. */
function specOf(spec: string): Pick<ProjectRow, 'git' | 'workspacePath' | 'ports'> {
  let parsed: {
    readonly workspace?: { readonly path?: unknown };
    readonly security?: { readonly network?: unknown };
    readonly ports?: unknown;
  } = {};
  try {
    parsed = JSON.parse(spec) as typeof parsed;
  } catch {
    // Not a container of ours, or not a whole one: the defaults stand.
  }
  const path = parsed.workspace?.path;
  const ports = Array.isArray(parsed.ports) ? parsed.ports.filter(isDeclaredPort) : [];
  // Without a network the engine publishes nothing, while the Line reaches it all the same.
  const published = parsed.security?.network !== 'none';
  return {
    workspacePath: typeof path === 'string' ? path : defaultWorkspace,
    ports: ports.map((port) => ({ ...port, publish: port.publish && published })),
    git: gitWishOf(parsed),
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
    stale: [],
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
    setup: [],
    git: noGitWish,
    exitCode: null,
  };
}

/** What to throw when a project's container went away while something was to be done with it. */
export function containerGone(name: string): BerthError {
  return new BerthError('container_gone', `${name} has no container any more.`, {
    hint: 'Run `berth up` to make one.',
  });
}
