import { text } from 'node:stream/consumers';
import type { ContainerSummary, Engine } from '../engine/types';
import { isCancelled } from '../errors';
import { idleStop } from './stop-line';
import { stopAfterOf } from './tell';

/** How many of a log's last lines are looked through: the supervisor may say a word at the end. */
const lastLines = 50;

/**
 * For how many seconds a container had been idle when it stopped by itself; null where it runs, or stopped for another
 * reason. One round trip for a stopped container that watches for idleness, none for any other. What cannot be read is
 * not known; it never throws but for a cancel.
 */
export async function idleStopOf(
  engine: Engine,
  container: ContainerSummary,
  signal?: AbortSignal,
): Promise<number | null> {
  if (container.state !== 'exited' || stopAfterOf(container) === null) return null;
  try {
    const log = await engine.containerLogs(container.id, { follow: false, tail: lastLines }, signal);
    const [out] = await Promise.all([text(log.stdout), text(log.stderr), log.ended]);
    return idleStop(out);
  } catch (error) {
    if (isCancelled(error)) throw error;
    return null;
  }
}
