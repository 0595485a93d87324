import { runAsRoot } from '../engine/run-as-root';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';

/**
 * Services wait for this file where the template has something that they need first. It lies on a memory file system, so
 * that a stop takes it away, and only root can make it.
 */
export const readyFile = '/run/berth/ready';

/** Lets a container's services begin. One round trip. */
export async function tellReady(engine: Engine, container: string, signal?: AbortSignal): Promise<void> {
  const said = await runAsRoot(engine, container, ['/bin/sh', '-c', `umask 022; : >${readyFile}`], signal);
  if (said.code === 0) return;
  throw new BerthError('engine_error', `The container's services could not be told to begin: ${said.stderr}`, {
    hint: 'Make the container anew with `berth up --rebuild`.',
  });
}
