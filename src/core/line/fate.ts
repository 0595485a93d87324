import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';

/** Milliseconds between two looks, and how many looks a state is believed after. */
const pauseMs = 100;
const looks = { settled: 3, ending: 100 };

/**
 * What became of a container whose processes just ended without our doing. One that is being removed counts as running
 * until its end has got about, so a state is believed only once it has lasted for some looks, and one that is on its way
 * (`removing`, or running without a process left) is waited for.
 */
export async function fateOf(
  engine: Pick<Engine, 'inspectContainer' | 'containerProcesses'>,
  containerId: string,
): Promise<'running' | 'stopped' | 'gone'> {
  for (let look = 1; ; look += 1) {
    const container = await engine.inspectContainer(containerId);
    if (container === null) return 'gone';
    const running = container.state === 'running';
    const ending = running
      ? (await engine.containerProcesses(containerId)).length === 0
      : container.state === 'removing';
    if (look >= (ending ? looks.ending : looks.settled)) return running ? 'running' : 'stopped';
    await delay(pauseMs);
  }
}

/** What to say to whoever had a command running in it. */
export function wasRemoved(cause?: unknown): BerthError {
  return new BerthError('container_gone', 'The container was removed while this ran in it.', {
    cause,
    hint: 'Make it anew with `berth up`.',
  });
}

/** What to say to whoever waited for a command when its connection broke. */
export async function lossOf(
  engine: () => Promise<Parameters<typeof fateOf>[0]>,
  containerId: string,
  cause?: unknown,
): Promise<BerthError> {
  try {
    if ((await fateOf(await engine(), containerId)) === 'gone') return wasRemoved(cause);
  } catch {
    // The engine is out of reach as well: the lost connection is all that can be said.
  }
  return new BerthError('line_lost', 'The connection to the container was lost; how this ended is not known.', {
    cause,
    hint: 'Look at what it did, then run it again.',
  });
}

/** What to say to whoever came as it was stopping for idleness: nothing of theirs has run, so they may come again. */
export function justStopping(): BerthError {
  return new BerthError('container_not_running', 'The container is just stopping, since nobody used it.', {
    hint: 'Run it again: that starts the container.',
  });
}
