import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { tryEndpoints } from '../engine/attempts';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError } from '../errors';
import { silentLogger } from '../log';
import { isReplaced } from '../projects/connected-line';
import { carry, proxyTarget, told, type SshProxyOptions } from './carry';
import { dialing } from './dial';
import { recallEngine } from './engine-book';
import { runningContainer, type Ways } from './find-container';
import { createKnownEngines } from './known-engines';
import { openTunnel } from './tunnel';

export type { SshProxyOptions } from './carry';

/** How often, and how many milliseconds apart, a container that is just stopping is tried: services have time to end. */
const stoppingAttempts = 60;
const stoppingPauseMs = 250;

/**
 * `berth ssh-proxy`: finds the project's container, starts it if it is stopped, and carries ssh's bytes to a fresh sshd in
 * it until either side ends. Loads no SSH, since ssh itself speaks it.
 * @returns the exit code: 0, or 255 as ssh's own failures have
 */
export function sshProxy(options: SshProxyOptions): Promise<number> {
  return told(options, async () => {
    const engine = await connected(options);
    try {
      await carry({ engine, ...(await reach(engine, options)) }, options);
    } finally {
      engine.dispose();
    }
  });
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
    const target = proxyTarget(container, projectId);
    try {
      const { stream } = await openTunnel(dialing(engine, home), home, target, session, 'person', signal);
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
