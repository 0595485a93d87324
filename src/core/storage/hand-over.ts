import { runAsRoot } from '../engine/run-as-root';
import type { Engine, EngineMount } from '../engine/types';
import { shellQuote } from '../quote';
import { isBelow } from './persist';

/**
 * The script that gives a new container's mounts to its user, or null where there is nothing to give. A new volume is
 * root's where the image has no such folder, and so are the folders above a mount in the home folder that the engine made
 * to have a place for it. A volume that holds something, or is somebody's, is left as it is. So is what a link leads to on
 * the way through a kept home folder, which is the user's to write: it is entered first and looked at from within, so
 * that nothing can be put in its place between the look and the deed. Pure.
 */
export function handOverScript(mounts: readonly EngineMount[], user: string, home: string): string | null {
  if (user === 'root') return null;
  const volumes = mounts.filter((one) => one.kind === 'volume' && !one.readOnly).map(({ target }) => target);
  const above = mounts.flatMap(({ target }) => foldersAbove(target, home));
  if (volumes.length === 0 && above.length === 0) return null;
  const given = shellQuote(`${user}:`);
  const each = (folders: readonly string[], check: string) => [
    `for each in ${[...new Set(folders)].map(shellQuote).join(' ')}; do`,
    `  (cd -P -- "$each" 2>/dev/null && ${check} && [ "$(stat -c %u .)" = 0 ] && chown ${given} .)`,
    'done',
  ];
  return [
    ...(volumes.length === 0 ? [] : each(volumes, '[ -z "$(ls -A .)" ]')),
    ...(above.length === 0
      ? []
      : [
          `home=${shellQuote(home)}; real=$(cd -P -- "$home" && pwd)`,
          ...each(above, '[ "$(pwd)" = "$real${each#"$home"}" ]'),
        ]),
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
  await runAsRoot(engine, container, ['/bin/sh', '-c', script], signal);
}
