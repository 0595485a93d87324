import { runAsRoot } from '../engine/run-as-root';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import { shellQuote } from '../quote';

/**
 * Services wait for this file where the template has something that they need first. It lies on a memory file system, so
 * that a stop takes it away, and only root can make it.
 */
export const readyFile = '/run/berth/ready';

/**
 * Root's, and there after a stop: a volume of the container's own where its root is read-only. It holds the container's id,
 * since an image that is made of the container holds the file too.
 */
export const waitFile = '/etc/profile.d/.berth-waits';

/**
 * Has a container's services wait at each start from the next one on, though it was made with nothing that they need first.
 * One round trip. @returns whether they will
 */
export async function makeWait(engine: Engine, container: string, signal?: AbortSignal): Promise<boolean> {
  const line = `umask 022; printf '%s\\n' ${shellQuote(container)} >${waitFile}`;
  return (await runAsRoot(engine, container, ['/bin/sh', '-c', line], signal)).code === 0;
}

/** Lets a container's services begin. One round trip. */
export async function tellReady(engine: Engine, container: string, signal?: AbortSignal): Promise<void> {
  const said = await runAsRoot(engine, container, ['/bin/sh', '-c', `umask 022; : >${readyFile}`], signal);
  if (said.code === 0) return;
  throw new BerthError('engine_error', `The container's services could not be told to begin: ${said.stderr}`, {
    hint: 'Make the container anew with `berth up --rebuild`.',
  });
}
