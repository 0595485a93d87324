import { createHome } from '../core/home';
import type { Sent } from '../core/engine/local-client';
import { shellFirst } from '../core/line/first';
import { commandFirst, type First } from '../core/projects/first';

/** What was asked of the engine for either of them. */
export interface Asked {
  readonly sshProxy?: Sent | undefined;
  readonly exec?: First | undefined;
}

/**
 * What `berth exec` and `berth ssh-proxy` ask the engine for while the rest of them is loaded: most of what they wait for is
 * the start of a process in the container. A bundle of its own, as small as it gets (see esbuild.mjs).
 */
export async function askFirst([verb, ...words]: readonly string[]): Promise<Asked> {
  const { env } = process;
  if (verb === 'exec') {
    return isPlain(words) ? { exec: await commandFirst({ home: createHome(env), env, folder: process.cwd() }) } : {};
  }
  const asked = proxyWords(words);
  if (asked === null) return {};
  const home = createHome({ ...env, BERTH_HOME: asked.dir });
  return { sshProxy: await shellFirst(home, asked.engineId, asked.projectId) };
}

/** Whether this folder's container is meant, its login user, and no terminal. Pure. */
function isPlain(words: readonly string[]): boolean {
  const options = words.slice(0, words.indexOf('--'));
  return words.includes('--') && options.every((word) => word === '-i' || word === '--interactive');
}

/** As ssh's configuration has them, word for word; null for any others. Pure. */
export function proxyWords(
  words: readonly string[],
): { readonly dir: string; readonly engineId: string; readonly projectId: string } | null {
  const [home, dir = '', engine, engineId = '', projectId = '', ...more] = words;
  if (home !== '--home' || engine !== '--engine' || projectId === '' || more.length > 0) return null;
  return { dir, engineId, projectId };
}
