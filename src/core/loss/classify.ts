import type { ContainerChange } from '../engine/types';
import { isThrowAway } from './throw-away';
import type { LostPath } from './types';

/**
 * What of a container's changes would be lost: what lies in throw-away places, on mounts, or belongs to a package that a
 * template could ask for is left out; a new folder stands for all that is in it, and a folder that is only named because
 * something in it changed is left out too. Pure.
 */
export function lostPaths(
  changes: readonly ContainerChange[],
  mounts: readonly string[],
  ofPackages: (path: string) => boolean,
): LostPath[] {
  const onMount = (path: string): boolean =>
    mounts.some((mount) => path === mount || path.startsWith(`${mount}/`) || mount.startsWith(`${path}/`));
  const left = changes
    .filter(({ path }) => !onMount(path) && !isThrowAway(path) && !ofPackages(path))
    // A folder is followed by all that is in it, and only then by names that begin with its own.
    .sort((a, b) => (order(a.path) < order(b.path) ? -1 : 1));
  // The engine does not tell folders from files: what something lies below is a folder.
  const folders = new Set(changes.flatMap(({ path }) => parentsOf(path)));
  const found: { path: string; kind: LostPath['kind']; files: number }[] = [];
  for (const { path, kind } of left) {
    const top = found.at(-1);
    if (top?.kind === 'added' && path.startsWith(`${top.path}/`)) {
      if (!folders.has(path)) top.files += 1;
    } else if (!folders.has(path) || kind !== 'changed') {
      found.push({ path, kind, files: 0 });
    }
  }
  // A new folder all of whose files are let go of is nothing.
  return found.filter(({ path, kind, files }) => kind !== 'added' || files > 0 || !folders.has(path));
}

const order = (path: string): string => path.replaceAll('/', '\0');

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
