/** Paths relative to a home folder, as `./…`, with the hash of each file's content. */
export type HomeFiles = ReadonlyMap<string, string>;

/** What stands in place of a hash for what is no plain file: a link, a folder. It is never equal to one. */
export const notAFile = 'other';

/** What a new image does to a home folder that is kept. */
export interface HomeUpdate {
  /** Files to copy out of the image, sorted. */
  readonly copy: readonly string[];
  /** Files that the image changed and that stay as they are, since the user changed or removed them. */
  readonly left: readonly string[];
  /** What images have put into this home so far: each path with the hash that the last one had there. */
  readonly manifest: HomeFiles;
}

/**
 * Which of an image's home files reach a home volume that is older than the image. A file that no image had before appears;
 * one that is still as an earlier image put it follows the new image; one that the user changed, removed or put a link in
 * the place of is never touched, nor is anything else removed. Without a manifest nothing counts as untouched. Pure.
 */
export function homeUpdate(facts: {
  /** The volume's manifest; null where it has none. */
  readonly before: HomeFiles | null;
  readonly image: HomeFiles;
  /** What the volume has of the image's paths. */
  readonly volume: HomeFiles;
}): HomeUpdate {
  const { before, image, volume } = facts;
  const copy: string[] = [];
  const left: string[] = [];
  for (const [path, hash] of image) {
    const there = volume.get(path);
    const known = before?.get(path);
    if (there === hash || known === hash) continue;
    const untouched = there === undefined ? known === undefined : there === known;
    (untouched ? copy : left).push(path);
  }
  return { copy: copy.sort(), left: left.sort(), manifest: new Map([...(before ?? []), ...image]) };
}

/** Reads lines as `sha256sum` writes them. What is no such line is passed over. Pure. */
export function parseHomeFiles(lines: readonly string[]): HomeFiles {
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, hash, path] = /^([0-9a-f]{64}|other) [ *](\.\/.+)$/.exec(line) ?? [];
      return hash === undefined || path === undefined ? [] : [[path, hash]];
    }),
  );
}

/** The manifest's text, in the same form. Pure. */
export function formatHomeFiles(files: HomeFiles): string {
  return [...files].map(([path, hash]) => `${hash}  ${path}\n`).join('');
}

/** Every folder above some paths, the outermost first, without the home folder itself. Pure. */
export function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1);
    for (let count = 2; count <= parts.length; count++) folders.add(parts.slice(0, count).join('/'));
  }
  return [...folders].sort();
}
