import { timeLimit } from '../abort';
import type { ContainerDetail, ContainerSummary, Engine } from '../engine/types';
import { BerthError } from '../errors';
import { labels } from '../model';
import { listProjectContainers } from '../projects/containers';
import { isSwitching } from '../projects/repair';

/** How long a connection waits for a container that is just being made or switched, in milliseconds. */
const patienceMs = 30_000;

/** What a connection can do with what it finds. */
type Finding =
  | { readonly kind: 'ready' | 'stopped'; readonly id: string }
  | { readonly kind: 'wait'; readonly why: string }
  /** One container takes the place of another, or a crash kept it from that. */
  | { readonly kind: 'switching' }
  | { readonly kind: 'none' };

/**
 * What to do about a project's containers: a name without a role behind it is the current one's. Pure.
 * While one is on its way (a switch, a name just being moved, a restart) it is worth waiting: starting what a switch has
 * just stopped would keep the next one from its ports.
 */
export function judge(containers: readonly ContainerSummary[], projectId: string): Finding {
  if (isSwitching(containers, containers[0]?.labels[labels.name] ?? '', projectId)) return { kind: 'switching' };
  const current = containers.find((container) => container.name.endsWith(`-${projectId.slice(0, 6)}`));
  if (current === undefined) {
    return containers.length === 0 ? { kind: 'none' } : { kind: 'wait', why: 'its container is being replaced' };
  }
  switch (current.state) {
    case 'running':
      return { kind: 'ready', id: current.id };
    case 'created':
    case 'exited':
      return { kind: 'stopped', id: current.id };
    case 'paused':
      return { kind: 'wait', why: 'its container is paused' };
    case 'restarting':
      return { kind: 'wait', why: 'its container is being restarted' };
    case 'removing':
    case 'dead':
      return { kind: 'wait', why: 'its container is being removed' };
  }
}

/** What a connection asks of others on its way to a container. */
export interface Ways {
  /** Asked before a stopped container is started. @throws what keeps it from being started */
  readonly mayStart: (containerId: string) => Promise<void>;
  /** Waits while the project's container is being switched for another. */
  readonly afterSwitch: (signal: AbortSignal) => Promise<void>;
}

/**
 * The project's running current container: started where it is stopped, waited for where one is on its way.
 * @throws BerthError `project_not_found` where it has none, `container_not_running` after 30 s without one that runs
 */
export async function runningContainer(
  engine: Engine,
  owner: string,
  projectId: string,
  ways: Ways,
  signal?: AbortSignal,
): Promise<ContainerDetail> {
  const limit = timeLimit(patienceMs);
  const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  let why = 'it does not answer in time';
  const look = async (): Promise<ContainerDetail | null> => {
    let finding = judge(await listProjectContainers(engine, owner, projectId, either), projectId);
    if (finding.kind === 'switching') {
      why = 'its container is being replaced';
      await ways.afterSwitch(either);
      finding = judge(await listProjectContainers(engine, owner, projectId, either), projectId);
    }
    if (finding.kind === 'none') {
      throw new BerthError('project_not_found', 'The project has no container.', {
        hint: 'Run `berth up` in its folder.',
      });
    }
    if (finding.kind === 'wait' || finding.kind === 'switching') {
      if (finding.kind === 'wait') why = finding.why;
      return null;
    }
    if (finding.kind === 'stopped') {
      await ways.mayStart(finding.id);
      await engine.startContainer(finding.id, either);
    }
    return engine.inspectContainer(finding.id, either);
  };
  try {
    return (await look()) ?? (await lookAtEachEvent(engine, look, either));
  } catch (error) {
    if (!limit.aborted || signal?.aborted === true) throw error;
    throw new BerthError('container_not_running', `The project cannot be reached: ${why}.`, {
      cause: error,
      hint: 'Look at it with `berth status`.',
    });
  }
}

async function lookAtEachEvent(
  engine: Engine,
  look: () => Promise<ContainerDetail | null>,
  signal: AbortSignal,
): Promise<ContainerDetail> {
  const stop = new AbortController();
  // Looked at once more as soon as events are sure to be seen: what happened before that is in the list.
  let opened: () => void = () => undefined;
  const open = new Promise<void>((resolve) => (opened = resolve));
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    const events = engine.events({ onOpen: opened }, either)[Symbol.asyncIterator]();
    let next = events.next();
    await Promise.race([open, next]);
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      const event = await next;
      if (event.done === true) throw new BerthError('engine_unreachable', 'The engine stopped telling what happens.');
      next = events.next();
      next.catch(() => undefined);
    }
  } finally {
    stop.abort();
  }
}
