import { realpath } from 'node:fs/promises';
import { BerthError } from '../errors';
import type { EngineInfo, EngineMount } from './types';

/**
 * Looks at what a stopped container mounts of this machine before it is started: the engine follows links anew at each
 * start, and a process that could write a folder above may have put one in its place: one in the container itself, or, where
 * the whole project lies in another project's folder, one in that project's container. Sources are real paths when a
 * container is made, so a link is a change.
 * @throws BerthError `volume_refused`
 */
export async function checkBindSources(mounts: readonly EngineMount[], info: Pick<EngineInfo, 'local'>): Promise<void> {
  if (!info.local) return;
  for (const source of bindSources(mounts)) {
    const real = await realpath(source).catch(() => null);
    if (real === source) continue;
    const what = real === null ? 'is gone' : `has become a link to ${real}`;
    throw new BerthError('volume_refused', `The container is not started: ${source}, which it mounts, ${what}.`, {
      hint: 'Put back what was there. Where you moved the project yourself, `berth relink NAME DIR` follows it.',
    });
  }
}

/** Whether a restart has to be a stop and a checked start: the engine's own would follow what was swapped meanwhile. */
export function needsCheck(mounts: readonly EngineMount[], info: Pick<EngineInfo, 'local'>): boolean {
  return info.local && bindSources(mounts).length > 0;
}

const bindSources = (mounts: readonly EngineMount[]): readonly string[] =>
  mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : []));
