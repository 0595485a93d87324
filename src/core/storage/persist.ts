import type { TemplateSpec } from '../templates/types';

/** A folder of the container that is kept on a volume of its own. */
export interface KeptFolder {
  /** As its volume's label names it: below `~` where it lies in the home folder, so that it follows a user who is renamed. */
  readonly folder: string;
  /** Absolute path in the container. */
  readonly target: string;
}

/** What a template's `persist` comes to in a container. */
export interface Kept {
  readonly home: boolean;
  /** None lies in another. */
  readonly folders: readonly KeptFolder[];
}

/**
 * Which folders a container keeps. `~` is the login user's home folder, root's own too. A folder named twice, or within
 * another of the list, is kept once, by the outermost; the home folder itself in the list is the same as `home`, and takes
 * what lies below it along. `home`: absolute path. Pure.
 */
export function keptFolders(persist: TemplateSpec['persist'], home: string): Kept {
  if (persist === 'home') return { home: true, folders: [] };
  if (persist === 'none') return { home: false, folders: [] };
  const targets = [...new Set(persist.map((path) => (path.startsWith('~/') ? home + path.slice(1) : path)))];
  const outer = targets.filter((path) => !targets.some((other) => other !== path && isBelow(path, other)));
  return {
    home: outer.includes(home),
    folders: outer
      .filter((path) => path !== home)
      .map((target) => ({ folder: isBelow(target, home) ? `~${target.slice(home.length)}` : target, target })),
  };
}

/** Whether a path in a container lies within a folder there, or is it. Both absolute, without a slash at the end. Pure. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
