import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBriefEngine, type BriefEngine } from '../engine/brief';
import type { ContainerDetail, ContainerSummary, ExecStream } from '../engine/types';
import { listProjectContainers } from '../projects/containers';
import { startRecords, wasBegun } from '../projects/start-due';
import { readProjectState } from '../projects/state-file';
import { bootstrapExec } from './bootstrap';
import { carry, proxyTarget, told, type Reached, type SshProxyOptions } from './carry';
import { recallEngine } from './engine-book';
import { judge } from './find-container';
import { createKnownEngines } from './known-engines';
import { openTunnel } from './tunnel';
import type { LineSession } from './types';

/** The same, but for what a container needs at its start. */
export interface AtOnceOptions extends Omit<SshProxyOptions, 'eachStart' | 'session'> {
  /** What sessions get; begun with by the container's line in the list, and ended once it has been looked at. */
  readonly session: (listed: ContainerSummary) => (container: ContainerDetail) => Promise<LineSession>;
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

async function knownEngine({ home, engineId }: AtOnceOptions): Promise<BriefEngine | null> {
  const { url } = await recallEngine(home, engineId);
  const known = url.startsWith('unix://') ? await createKnownEngines(home).recall(url, engineId) : null;
  return known === null ? null : createBriefEngine({ url, known });
}

/** The container that was set up last: nearly always the one that the list names. Its id, and a tunnel's shell on its way. */
interface Likely {
  readonly id: string;
  readonly shell: Promise<ExecStream>;
}

async function reach(engine: BriefEngine, options: AtOnceOptions): Promise<Reached | null> {
  const { home, projectId } = options;
  const { postCreate } = await readProjectState(home, projectId);
  if (postCreate === undefined) return reachListed(engine, options, null);
  // Most of the time goes into a process in the container: one that waits, and does nothing if it is let go again, is
  // started before it is sure that it is wanted there.
  const shell = engine.execStream(postCreate.container, bootstrapExec);
  // Told to who takes it, and to nobody where it is let go.
  shell.catch(() => undefined);
  const likely: Likely = { id: postCreate.container, shell };
  let reached: Reached | null = null;
  try {
    reached = await reachListed(engine, options, likely);
    return reached;
  } finally {
    if (reached?.container.id !== likely.id) letGo(likely);
  }
}

function letGo({ shell }: Likely): void {
  shell.then(
    ({ stream }) => stream.destroy(),
    () => undefined,
  );
}

async function reachListed(
  engine: BriefEngine,
  options: AtOnceOptions,
  likely: Likely | null,
): Promise<Reached | null> {
  const { home, projectId, signal } = options;
  // The shell's requests go out first.
  await nextTurn();
  options.meanwhile?.();
  const records = await startRecords(home, projectId);
  await nextTurn();
  const [listed, looked] = await Promise.all([
    home.owner().then((owner) => listProjectContainers(engine, owner, projectId, signal)),
    likely === null ? null : engine.inspectContainer(likely.id, signal).catch(() => null),
  ]);
  const finding = judge(listed, projectId);
  if (finding.kind !== 'ready') return null;
  const summary = listed.find(({ id }) => id === finding.id);
  if (summary === undefined) return null;
  const sessionOf = options.session(summary);
  const container = looked?.id === finding.id ? looked : await engine.inspectContainer(finding.id, signal);
  if (container?.state !== 'running' || !wasBegun(records, container)) return null;
  const target = proxyTarget(container, projectId);
  const ways = likely?.id === container.id ? { ...engine, execStream: () => likely.shell } : engine;
  const { stream } = await openTunnel(ways, home, target, await sessionOf(container), 'person', signal);
  return { engine, container, stream };
}
