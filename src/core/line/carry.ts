import type { Duplex, Readable, Writable } from 'node:stream';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError, isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import { createUseTeller, stopAfterOf } from '../idle/tell';
import { TrafficMeter } from '../idle/traffic';
import { labels } from '../model';
import { pump } from './pump';
import type { LineSession, LineTarget } from './types';

/** One `berth ssh-proxy`, between ssh’s streams and a container. */
export interface SshProxyOptions {
  readonly home: BerthHome;
  /** The engine's id, as written down by rememberEngine. */
  readonly engineId: string;
  readonly projectId: string;
  /** ssh's bytes. */
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Gets one sentence where it fails; ssh shows it to the user. */
  readonly stderr: { write(text: string): unknown };
  /** Gives the container what each start needs, where this one has not had it: it was started here, or by the engine itself. */
  readonly eachStart?: (engine: Engine, container: ContainerDetail, signal?: AbortSignal) => Promise<void>;
  /** What sessions get beyond the container's own environment. */
  readonly session?: (container: ContainerDetail) => Promise<LineSession>;
  readonly signal?: AbortSignal | undefined;
}

/** What a tunnel has to know of the container that a person's ssh asks for. Pure. */
export function proxyTarget(
  { id, labels: told, environment }: ContainerDetail,
  projectId: string,
): Pick<LineTarget, 'containerId' | 'projectId' | 'user' | 'environment'> {
  return { containerId: id, projectId, user: told[labels.user] ?? 'root', environment };
}

/** Does the work, and tells ssh how it ended. */
export async function told({ stderr }: Pick<SshProxyOptions, 'stderr'>, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (isCancelled(error)) return 255;
    const hint = error instanceof BerthError && error.hint !== undefined ? ` ${error.hint}` : '';
    stderr.write(`berth: ${messageOf(error)}${hint}\n`);
    return 255;
  }
}

/** A container with a fresh sshd at the other end of a stream. */
export interface Reached {
  readonly engine: Pick<Engine, 'exec' | 'inspectContainer'>;
  readonly container: ContainerDetail;
  readonly stream: Duplex;
}

/** Carries bytes until either side ends. */
export async function carry(
  { engine, container, stream }: Reached,
  {
    home,
    projectId,
    stdin,
    stdout,
    signal,
  }: Pick<SshProxyOptions, 'home' | 'projectId' | 'stdin' | 'stdout' | 'signal'>,
): Promise<void> {
  const stopAfter = stopAfterOf(container);
  const use = stopAfter === null ? null : createUseTeller(engine, container.id, stopAfter);
  const meter = new TrafficMeter();
  const onInput = (bytes: number): void => {
    if (meter.take(bytes, performance.now())) use?.tell();
  };
  const ended = await pump(stream, { stdin, stdout, ...(use === null ? {} : { onInput }) }, signal);
  use?.dispose();
  // Before ssh hears that it is over, and whoever started it tries again.
  if (ended === 'container') await (await import('../idle/holds')).holdBack(engine, home, projectId, container.id);
}
