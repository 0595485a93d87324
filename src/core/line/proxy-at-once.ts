import { createBriefEngine, type BriefEngine } from '../engine/brief';
import type { ContainerDetail, ContainerSummary } from '../engine/types';
import { listProjectContainers } from '../projects/containers';
import { startRecords, wasBegun } from '../projects/start-due';
import { readProjectState } from '../projects/state-file';
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
  /** Told of the container once bytes go to and fro. */
  readonly onOpen?: (container: ContainerDetail) => void;
}

/**
 * `berth ssh-proxy` to a container that runs and needs nothing first, on a local engine that an earlier process knew: two
 * requests at once and the tunnel, and none of what starts and mends containers has to be loaded.
 * @returns the exit code; null where there is any doubt, and not a byte has been read or written
 */
export async function sshProxyAtOnce(options: AtOnceOptions): Promise<number | null> {
  const engine = await knownEngine(options).catch(() => null);
  if (engine === null) return null;
  try {
    const reached = await reach(engine, options).catch(() => null);
    if (reached === null) return null;
    options.onOpen?.(reached.container);
    return await told(options, () => carry(reached, options));
  } finally {
    engine.dispose();
  }
}

async function knownEngine({ home, engineId }: AtOnceOptions): Promise<BriefEngine | null> {
  const { url } = await recallEngine(home, engineId);
  const known = url.startsWith('unix://') ? await createKnownEngines(home).recall(url) : null;
  return known === null ? null : createBriefEngine({ url, known });
}

async function reach(engine: BriefEngine, options: AtOnceOptions): Promise<Reached | null> {
  const { home, projectId, signal } = options;
  const [listed, records, likely] = await Promise.all([
    home.owner().then((owner) => listProjectContainers(engine, owner, projectId, signal)),
    startRecords(home, projectId),
    likelyContainer(engine, options),
  ]);
  const finding = judge(listed, projectId);
  if (finding.kind !== 'ready') return null;
  const summary = listed.find(({ id }) => id === finding.id);
  if (summary === undefined) return null;
  const sessionOf = options.session(summary);
  const container = likely?.id === finding.id ? likely : await engine.inspectContainer(finding.id, signal);
  if (container?.state !== 'running' || !wasBegun(records, container)) return null;
  const target = proxyTarget(container, projectId);
  const { stream } = await openTunnel(engine, home, target, await sessionOf(container), 'person', signal);
  return { engine, container, stream };
}

/** The container that was set up last, looked at while the list is on its way: nearly always the one that the list names. */
async function likelyContainer(
  engine: BriefEngine,
  { home, projectId, signal }: AtOnceOptions,
): Promise<ContainerDetail | null> {
  const { postCreate } = await readProjectState(home, projectId);
  return postCreate === undefined ? null : engine.inspectContainer(postCreate.container, signal).catch(() => null);
}
