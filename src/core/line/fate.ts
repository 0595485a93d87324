import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';

/** Looks, and milliseconds between them: a removal ends the processes first and takes a moment for the rest. */
const looks = { running: 3, stopped: 20, pauseMs: 100 };

/** What became of a container whose processes just ended without our doing. */
export async function fateOf(engine: Engine, containerId: string): Promise<'running' | 'stopped' | 'gone'> {
  for (let look = 1; ; look += 1) {
    const container = await engine.inspectContainer(containerId);
    if (container === null) return 'gone';
    const running = container.state === 'running';
    if (look >= (running ? looks.running : looks.stopped)) return running ? 'running' : 'stopped';
    await delay(looks.pauseMs);
  }
}

/** What to say to whoever had a command running in it. */
export function wasRemoved(cause?: unknown): BerthError {
  return new BerthError('container_gone', 'The container was removed while this ran in it.', {
    cause,
    hint: 'Make it anew with `berth up`.',
  });
}
