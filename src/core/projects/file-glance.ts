import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * What one look at many projects has seen of folders and files: what they share (the user's templates, the built-in ones,
 * the folder of states) is asked for once, and a file that its folder does not list is not asked for at all. Made for one
 * look and let go with it, since nothing in it is ever seen anew.
 */
export class FileGlance {
  readonly #folders = new Map<string, Promise<ReadonlySet<string> | null>>();
  readonly #matching = new Map<string, Promise<readonly string[]>>();
  readonly #times = new Map<string, Promise<number | null>>();

  /** The names in a folder; null where it is gone or cannot be listed. */
  names(folder: string): Promise<ReadonlySet<string> | null> {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const asked = readdir(folder).then(
      (names) => new Set(names),
      () => null,
    );
    this.#folders.set(folder, asked);
    return asked;
  }

  /** The paths of a folder's files whose names match, for folders that many share; none where it cannot be listed. */
  matching(folder: string, pattern: RegExp): Promise<readonly string[]> {
    const key = `${pattern.source} ${folder}`;
    const known = this.#matching.get(key);
    if (known !== undefined) return known;
    const found = this.names(folder).then((names) =>
      [...(names ?? [])].filter((name) => pattern.test(name)).map((name) => join(folder, name)),
    );
    this.#matching.set(key, found);
    return found;
  }

  /** When a file or folder last changed, in milliseconds since the epoch; null where it is not there. */
  changeTime(path: string): Promise<number | null> {
    const known = this.#times.get(path);
    if (known !== undefined) return known;
    const asked = this.#askedTime(path);
    this.#times.set(path, asked);
    return asked;
  }

  async #askedTime(path: string): Promise<number | null> {
    const beside = await this.#folders.get(dirname(path));
    if (beside?.has(basename(path)) === false) return null;
    return stat(path).then(
      ({ ctimeMs }) => ctimeMs,
      () => null,
    );
  }

  /** Whether a file is there, by its folder's list. */
  async has(path: string): Promise<boolean> {
    return (await this.names(dirname(path)))?.has(basename(path)) ?? false;
  }
}
