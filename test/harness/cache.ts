import { existsSync, mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

/** The test bed's cache, outside the repository: editors, base images, the private engine's data. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['BERTH_TEST_CACHE'];
  if (own !== undefined && own !== '') return own;
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'berth-testbed');
}

/** A path inside the cache; its parent exists afterwards. */
export function cached(...parts: readonly string[]): string {
  const path = join(cacheRoot(), ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  return path;
}

/** Runs `work` while no other process holds the lock of this name; a lock whose holder died is taken over. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const release = await lock(cached('locks', name), {
    realpath: false,
    stale: 20_000,
    retries: { retries: 2000, minTimeout: 300, maxTimeout: 1000 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Makes `folder` by `fill` unless an earlier run finished it with the same `recipe`.
 * The mark is written last, so an interrupted fill is done again from an empty folder.
 */
export async function completeFolder(folder: string, recipe: string, fill: () => Promise<void>): Promise<void> {
  const mark = join(folder, '.complete');
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === recipe) return;
  await rm(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await fill();
  await writeFile(mark, recipe);
}
