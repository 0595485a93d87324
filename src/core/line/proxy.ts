import type { Duplex, Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { tryEndpoints } from '../engine/attempts';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError, isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import { createUseTeller, stopAfterOf } from '../idle/tell';
import { TrafficMeter } from '../idle/traffic';
import { silentLogger } from '../log';
import { labels } from '../model';
import { isReplaced } from '../projects/connected-line';
import { recallEngine } from './engine-book';
import { runningContainer, type Ways } from './find-container';
import { createKnownEngines } from './known-engines';
import { pump } from './pump';
import { openTunnel } from './tunnel';
import type { LineSession } from './types';

/** How often, and how many milliseconds apart, a container that is just stopping is tried: services have time to end. */
const stoppingAttempts = 60;
const stoppingPauseMs = 250;

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

/**
 * `berth ssh-proxy`: finds the project's container, starts it if it is stopped, and carries ssh's bytes to a fresh sshd in
 * it until either side ends. Loads no SSH, since ssh itself speaks it.
 * @returns the exit code: 0, or 255 as ssh's own failures have
 */
export async function sshProxy(options: SshProxyOptions): Promise<number> {
  try {
    await carry(options);
    return 0;
  } catch (error) {
    if (isCancelled(error)) return 255;
    const hint = error instanceof BerthError && error.hint !== undefined ? ` ${error.hint}` : '';
    options.stderr.write(`berth: ${messageOf(error)}${hint}\n`);
    return 255;
  }
}

async function carry(options: SshProxyOptions): Promise<void> {
  const { home, projectId, stdin, stdout, signal } = options;
  const engine = await connected(options);
  try {
    const { container, stream } = await reach(engine, options);
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
  } finally {
    engine.dispose();
  }
}

/** The engine that was written down, and no other. @throws BerthError that says what to do where it does not answer */
async function connected({ home, engineId, signal }: SshProxyOptions): Promise<Engine> {
  const endpoint = await recallEngine(home, engineId);
  const result = await tryEndpoints({ kind: 'named', endpoint }, {}, signal, createKnownEngines(home));
  if ('error' in result) throw result.error;
  return result.engine;
}

/** A container that is just stopping for idleness is waited for, and started again: somebody wants it. */
async function reach(
  engine: Engine,
  options: SshProxyOptions,
): Promise<{ container: ContainerDetail; stream: Duplex }> {
  const { home, projectId, signal } = options;
  const ways: Ways = {
    mayStart: async (id) => (await import('../idle/holds')).mayStart(engine, home, projectId, id),
    afterSwitch: async (until) => {
      const { afterSwitch } = await import('../projects/after-switch');
      await afterSwitch({ engine, home, log: silentLogger }, projectId, until);
    },
  };
  for (let attempt = 1; ; attempt += 1) {
    const container = await runningContainer(engine, await home.owner(), projectId, ways, signal);
    await options.eachStart?.(engine, container, signal);
    const session = (await options.session?.(container)) ?? { environment: {} };
    const target = {
      containerId: container.id,
      projectId,
      user: container.labels[labels.user] ?? 'root',
      environment: container.environment,
    };
    try {
      const { stream } = await openTunnel(engine, home, target, session, 'person', signal);
      return { container, stream };
    } catch (error) {
      const stopping = error instanceof BerthError && error.code === 'container_not_running';
      // Not a byte of ssh's own has gone in yet, so whichever container is current by now will do.
      const again = stopping || (await isReplaced(engine, container, signal));
      if (!again || attempt >= stoppingAttempts) throw error;
      await delay(stoppingPauseMs, undefined, { signal });
    }
  }
}
