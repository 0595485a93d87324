import { BerthError } from '../errors';
import { labels, type ProjectRow } from '../model';

/** What makes a container an agent's own. */
export interface AgentLife {
  /** How long it may live, counted from its making; milliseconds. */
  readonly ttlMs: number;
  /** ISO 8601 instant at which it ends instead, where it was made before it was asked for. */
  readonly expires?: string;
  /** The program that asked for it, by its own words. */
  readonly client?: string | undefined;
}

/** What a row says of an agent's own container. */
export type AgentFacts = NonNullable<ProjectRow['agent']>;

/** The labels of a container that tell whose it is; one that takes another's place has no more time than that. Pure. */
export function lifespanLabels(
  agent: AgentLife | undefined,
  former: Pick<ProjectRow, 'agent'> | null,
  now = Date.now(),
): Readonly<Record<string, string>> {
  if (agent === undefined) return { [labels.kind]: 'project' };
  const expires = former?.agent?.expires ?? new Date(now + agent.ttlMs).toISOString();
  const { client } = agent;
  return {
    [labels.kind]: 'agent',
    [labels.expires]: expires,
    ...(client === undefined ? {} : { [labels.client]: client.slice(0, 100) }),
  };
}

/** What a container's labels tell of its being an agent's own; null where it is a project's. Pure. */
export function agentFactsOf(container: { readonly labels: Readonly<Record<string, string>> }): AgentFacts | null {
  if (container.labels[labels.kind] !== 'agent') return null;
  const expires = container.labels[labels.expires] ?? '';
  const { [labels.client]: client, [labels.branch]: branch } = container.labels;
  return {
    expires: Number.isNaN(Date.parse(expires)) ? null : expires,
    ...(client === undefined ? {} : { client }),
    ...(branch === undefined ? {} : { branch }),
  };
}

/** The same containers, of which one that was made before it was asked for is whose and ends when its state says. Pure. */
export function withEnd<T extends { readonly labels: Readonly<Record<string, string>> }>(
  containers: readonly T[],
  agent: AgentLife | undefined,
): readonly T[] {
  if (agent?.expires === undefined) return containers;
  const now = lifespanLabels(agent, { agent: { expires: agent.expires } });
  return containers.map((one) => ({ ...one, labels: { ...one.labels, ...now } }));
}

/** Whether the time of an agent's own container is over; a project's never is. Pure. */
export function isOver({ agent }: Pick<ProjectRow, 'agent'>, now = Date.now()): boolean {
  return agent?.expires != null && Date.parse(agent.expires) <= now;
}

/** Before a container is started: one whose time is over would only end again. @throws BerthError `container_expired` */
export function requireTime(row: Pick<ProjectRow, 'agent' | 'name'>): void {
  if (!isOver(row)) return;
  throw new BerthError('container_expired', `The time of ${row.name} is over, so it does not start again.`, {
    hint: 'Its workspace is still there until `kill`, or `berth rm --purge`; spawn with another key makes a new one.',
  });
}
