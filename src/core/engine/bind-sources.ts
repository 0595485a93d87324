import { realpath } from 'node:fs/promises';
import { BerthError } from '../errors';
import type { EngineInfo, EngineMount } from './types';

/**
 * Looks at what a stopped container mounts of this machine before it is started: the engine follows links anew at each
 * start, and a process in it may have put one in the place of a folder it could write. Sources are real paths when a
 * container is made, so a link is a change. One mount alone is the workspace, which nothing inside can replace.
 * @throws BerthError `volume_refused`
 */
export async function checkBindSources(mounts: readonly EngineMount[], info: EngineInfo): Promise<void> {
  const sources = mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : []));
  if (!info.local || sources.length < 2) return;
  for (const source of sources) {
    const real = await realpath(source).catch(() => null);
    if (real === source) continue;
    const what = real === null ? 'is gone' : `has become a link to ${real}`;
    throw new BerthError('volume_refused', `The container is not started: ${source}, which it mounts, ${what}.`, {
      hint: 'Put back what was there, or make the container anew with `berth up --rebuild`.',
    });
  }
}

/** Whether a restart has to be a stop and a checked start: the engine's own would follow what was swapped meanwhile. */
export function needsCheck(mounts: readonly EngineMount[]): boolean {
  return mounts.filter(({ kind }) => kind === 'bind').length > 1;
}
