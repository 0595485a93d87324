import { text } from 'node:stream/consumers';
import type { Engine, EngineMount } from '../engine/types';
import { shellQuote } from '../quote';
import { isBelow } from './persist';

/**
 * The script that gives a new container's mounts to its user, or null where there is nothing to give. A new volume is
 * root's where the image has no such folder, and so are the folders above a mount in the home folder that the engine made
 * to have a place for it. A volume that holds something, or is somebody's, is left as it is. Pure.
 */
export function handOverScript(mounts: readonly EngineMount[], user: string, home: string): string | null {
  if (user === 'root') return null;
  const volumes = mounts.filter((one) => one.kind === 'volume' && !one.readOnly).map(({ target }) => target);
  const above = mounts.flatMap(({ target }) => foldersAbove(target, home));
  if (volumes.length === 0 && above.length === 0) return null;
  const given = shellQuote(`${user}:`);
  const each = (folders: readonly string[], check: string) => [
    `for each in ${[...new Set(folders)].map(shellQuote).join(' ')}; do`,
    `  ${check} || continue`,
    `  chown ${given} "$each"`,
    'done',
  ];
  const owned = '[ "$(stat -c %u "$each")" = 0 ]';
  return [
    ...(volumes.length === 0 ? [] : each(volumes, `${owned} && [ -z "$(ls -A "$each")" ]`)),
    ...(above.length === 0 ? [] : each(above, `[ -d "$each" ] && ${owned}`)),
  ].join('\n');
}

/** Folders between the home folder and what is mounted below it, without the two. */
function foldersAbove(target: string, home: string): string[] {
  if (!isBelow(target, home) || target === home) return [];
  const parts = target.slice(home.length + 1).split('/');
  return parts.slice(0, -1).map((_, index) => `${home}/${parts.slice(0, index + 1).join('/')}`);
}

/** Runs {@link handOverScript} in a running container. */
export async function handOver(
  engine: Engine,
  container: string,
  mounts: readonly EngineMount[],
  { user, home }: { readonly user: string; readonly home: string },
  signal?: AbortSignal,
): Promise<void> {
  const script = handOverScript(mounts, user, home);
  if (script === null) return;
  const running = await engine.exec(container, { argv: ['/bin/sh', '-c', script], user: 'root', stdin: false }, signal);
  await Promise.all([text(running.stdout), text(running.stderr)]);
  await running.exit;
}
