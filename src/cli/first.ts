import { createHome } from '../core/home';
import type { Sent } from '../core/engine/local-client';
import { shellFirst } from '../core/line/first';

/**
 * What `berth ssh-proxy` asks the engine for while the rest of it is loaded: most of what ssh waits for is the start of a
 * process in the container. A bundle of its own, as small as it gets (see esbuild.mjs).
 */
export async function askFirst([, ...words]: readonly string[]): Promise<Sent | undefined> {
  const asked = proxyWords(words);
  if (asked === null) return undefined;
  return shellFirst(createHome({ ...process.env, BERTH_HOME: asked.dir }), asked.engineId, asked.projectId);
}

/** As ssh's configuration has them, word for word; null for any others. Pure. */
export function proxyWords(
  words: readonly string[],
): { readonly dir: string; readonly engineId: string; readonly projectId: string } | null {
  const [home, dir = '', engine, engineId = '', projectId = '', ...more] = words;
  if (home !== '--home' || engine !== '--engine' || projectId === '' || more.length > 0) return null;
  return { dir, engineId, projectId };
}
