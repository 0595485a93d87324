import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import { isOutdated } from '../health/base';
import type { Progress } from '../log';

/**
 * Fetches a base image where its registry has another one under its name than the engine, so that the next build is made on
 * it. What cannot be fetched is told, and the build goes on with the one that is here.
 */
export async function fetchNewerBase(
  engine: Pick<Engine, 'inspectImage' | 'registryDigest' | 'pullImage'>,
  base: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const here = await engine.inspectImage(base, signal);
  // One that came from no registry is asked of none, and one by its digest is no other.
  if (here === null || here.digests.length === 0 || base.includes('@')) return;
  if (!isOutdated(base, here.digests, await engine.registryDigest(base, signal))) return;
  try {
    await engine.pullImage(base, progress, signal);
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    progress({ kind: 'notice', message: `${error.message} The base image that is here is used.` });
  }
}
