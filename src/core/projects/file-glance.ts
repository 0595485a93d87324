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
    return once(this.#folders, folder, () =>
      readdir(folder).then(
        (names) => new Set(names),
        () => null,
      ),
    );
  }

  /** The paths of a folder's files whose names match, for folders that many share; none where it cannot be listed. */
  matching(folder: string, pattern: RegExp): Promise<readonly string[]> {
    return once(this.#matching, `${pattern.source} ${folder}`, async () =>
      [...((await this.names(folder)) ?? [])].filter((name) => pattern.test(name)).map((name) => join(folder, name)),
    );
  }

  /** When a file or folder last changed, in milliseconds since the epoch; null where it is not there. */
  changeTime(path: string): Promise<number | null> {
    return once(this.#times, path, () => this.#askedTime(path));
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

function once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  let asked = known.get(key);
  if (asked === undefined) known.set(key, (asked = ask()));
  return asked;
}
