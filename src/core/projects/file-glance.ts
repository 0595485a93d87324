import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/**
 * What one look at many projects has seen of folders and files: what they share (the user's templates, the built-in ones,
 * the folder of states) is asked for once, and a file that its folder does not list is not asked for at all. Made for one
 * look and let go with it, since nothing in it is ever seen anew.
 */
export class FileGlance {
  readonly #folders = new Map<string, Promise<ReadonlySet<string> | null>>();
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

  /** When a file or folder last changed, in milliseconds since the epoch; null where it is not there. */
  async changeTime(path: string): Promise<number | null> {
    const beside = await this.#folders.get(dirname(path));
    if (beside?.has(basename(path)) === false) return null;
    const known = this.#times.get(path);
    if (known !== undefined) return known;
    const asked = stat(path).then(
      ({ ctimeMs }) => ctimeMs,
      () => null,
    );
    this.#times.set(path, asked);
    return asked;
  }

  /** Whether a file is there, by its folder's list. */
  async has(path: string): Promise<boolean> {
    return (await this.names(dirname(path)))?.has(basename(path)) ?? false;
  }
}
