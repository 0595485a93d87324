import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BerthHome } from '../home';
import type { BuildMemory } from './build-memory';
import { memoriesDir, readMemory } from './build-memory-file';

/** Milliseconds after which a memory goes that no build has written anew: where it would still hold, the next one does. */
const longest = 30 * 24 * 3_600_000;

/** Images that an engine has no more, by their tags. */
export interface RemovedImages {
  readonly engine: string;
  readonly tags: ReadonlySet<string>;
}

/** Whether a memory can still spare a build its look. `written`: milliseconds since the epoch. Pure. */
export function isWorthKeeping(
  memory: BuildMemory | null,
  written: number,
  removed: RemovedImages,
  now: number,
): boolean {
  if (memory === null || now - written > longest) return false;
  return memory.engine.url !== removed.engine || !removed.tags.has(memory.image.tag);
}

/** Removes what is remembered of builds whose images are gone, and what is old. @returns how many went */
export async function pruneMemories(
  home: Pick<BerthHome, 'stateDir'>,
  removed: RemovedImages,
  now = Date.now(),
): Promise<number> {
  const folder = memoriesDir(home);
  const names = await readdir(folder).catch(() => []);
  let count = 0;
  for (const name of names) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => null);
    const memory = readMemory(file);
    // Another version may have written something else.
    const known = memory !== null && 'engine' in memory && 'image' in memory ? memory : null;
    if (found === null || isWorthKeeping(known, found.mtimeMs, removed, now)) continue;
    await rm(file, { force: true });
    count += 1;
  }
  return count;
}
