import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBriefEngine, type BriefEngine } from '../engine/brief';
import type { Sent } from '../engine/local-client';
import type { ContainerDetail, ContainerSummary } from '../engine/types';
import { listProjectContainers } from '../projects/containers';
import { startRecords, wasBegun } from '../projects/start-due';
import { readProjectState } from '../projects/state-file';
import { ShellsAhead } from './ahead';
import { carry, proxyTarget, told, type Reached, type SshProxyOptions } from './carry';
import { bootstrapExec } from './bootstrap';
import { dialing } from './dial';
import { judge } from './find-container';
import { recallLocal } from './engine-book';
import { openTunnel } from './tunnel';
import type { LineSession } from './types';

/** The same, but for what a container needs at its start. */
export interface AtOnceOptions extends Omit<SshProxyOptions, 'eachStart' | 'session'> {
  /** What sessions get; begun with by the container's line in the list, and ended once it has been looked at. */
  readonly session: (listed: ContainerSummary) => (container: ContainerDetail) => Promise<LineSession>;
  /** What was asked of the engine before (see first.ts). */
  readonly sent?: Sent | undefined;
  /** Called while the engine answers. */
  readonly meanwhile?: () => void;
  /** Told of the container once bytes go to and fro. */
  readonly onOpen?: (container: ContainerDetail) => void;
}

/**
 * `berth ssh-proxy` to a container that runs and needs nothing first, on a local engine that an earlier process knew: the
 * tunnel alone is waited for, and none of what starts and mends containers has to be loaded.
 * @returns the exit code; null where there is any doubt, and not a byte has been read or written
 */
export async function sshProxyAtOnce(options: AtOnceOptions): Promise<number | null> {
  const engine = await knownEngine(options).catch(() => null);
  if (engine === null) return null;
  try {
    const reached = await reach(engine, options).catch(() => null);
    // Who has gone meanwhile wants no other way.
    if (reached === null) return options.signal?.aborted === true ? 255 : null;
    const carried = told(options, () => carry(reached, options));
    // What sshd said goes to ssh first, which has an answer to make.
    await nextTurn();
    options.onOpen?.(reached.container);
    return await carried;
  } finally {
    engine.dispose();
  }
}

async function knownEngine({ home, engineId, sent }: AtOnceOptions): Promise<BriefEngine | null> {
  const at = await recallLocal(home, engineId);
  return at === null ? null : createBriefEngine({ ...at, sent });
}

async function reach(engine: BriefEngine, options: AtOnceOptions): Promise<Reached | null> {
  const { postCreate } = await readProjectState(options.home, options.projectId);
  // The container that was set up last is nearly always the one that the list names: begun with before that is sure.
  const likely = postCreate?.container ?? null;
  const ahead = new ShellsAhead();
  const called = dialing(engine, options.home);
  const shell =
    likely === null ? null : ahead.begin(likely, Promise.resolve(null), () => called.execStream(likely, bootstrapExec));
  try {
    // Asked together with it: for as long as a process in a container is being started, the engine lets a look at it wait.
    const looked = likely === null ? null : engine.inspectContainer(likely, options.signal).catch(() => null);
    return await reachListed(ahead.over(called), options, looked);
  } finally {
    shell?.dispose();
  }
}

async function reachListed(
  engine: BriefEngine,
  options: AtOnceOptions,
  looking: Promise<ContainerDetail | null> | null,
): Promise<Reached | null> {
  const { home, projectId, signal } = options;
  // The shell's requests go out first, and its start is not kept waiting by what takes a moment here.
  await nextTurn();
  const records = await startRecords(home, projectId);
  const looked = await looking;
  options.meanwhile?.();
  const listed = await listProjectContainers(engine, await home.owner(), projectId, signal);
  const finding = judge(listed, projectId);
  if (finding.kind !== 'ready') return null;
  const summary = listed.find(({ id }) => id === finding.id);
  if (summary === undefined) return null;
  const sessionOf = options.session(summary);
  const container = looked?.id === finding.id ? looked : await engine.inspectContainer(finding.id, signal);
  if (container?.state !== 'running' || !wasBegun(records, container)) return null;
  const target = proxyTarget(container, projectId);
  const { stream } = await openTunnel(engine, home, target, await sessionOf(container), 'person', signal);
  return { engine, container, stream };
}
