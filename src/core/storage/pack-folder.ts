import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack } from 'tar-stream';
import { BerthError } from '../errors';
import { openUnlinked, realOf } from '../paths';
import type { UserNumbers } from './ownership';

export interface PackOptions {
  /** Whose the files are in the archive. */
  readonly owner: UserNumbers;
  readonly signal?: AbortSignal | undefined;
  /** Told after each file: all bytes so far. */
  readonly packed?: (bytes: number) => void;
  /** Told of what an archive cannot carry: a socket, a pipe, a device. `path`: relative to the folder. */
  readonly skipped?: (path: string) => void;
}

/**
 * A folder of this machine as a tar stream, read only while it is sent: files, folders and links as they stand, modes and
 * times kept. Errors come with the stream. @throws BerthError `folder_not_usable` for a file that cannot be read, or that
 * changes meanwhile
 */
export function packFolder(folder: string, options: PackOptions): Readable {
  const pack = createPack();
  let bytes = 0;
  const { uid, gid } = options.owner;
  let base = folder;
  const add = async (path: string): Promise<void> => {
    options.signal?.throwIfAborted();
    const real = join(base, path);
    const found = await lstat(real);
    const head = { name: path, mode: found.mode & 0o7777, mtime: found.mtime, uid, gid };
    if (found.isDirectory()) {
      await written((done) => pack.entry({ ...head, name: `${path}/`, type: 'directory' }, done));
      await addAll(path);
    } else if (found.isSymbolicLink()) {
      const linkname = await readlink(real);
      await written((done) => pack.entry({ ...head, type: 'symlink', linkname }, done));
    } else if (found.isFile()) {
      // Of one that grows no more is read than was told; one that shrinks is an error.
      if (found.size === 0) await written((done) => pack.entry({ ...head, size: 0 }, '', done));
      else {
        // Not through a link that somebody puts there meanwhile. The stream closes the file.
        const file = await openUnlinked(real);
        await pipeline(file.createReadStream({ end: found.size - 1 }), pack.entry({ ...head, size: found.size }));
      }
      options.packed?.((bytes += found.size));
    } else {
      options.skipped?.(path);
    }
  };
  const addAll = async (path: string): Promise<void> => {
    for (const name of (await readdir(join(base, path))).sort()) {
      const below = path === '' ? name : `${path}/${name}`;
      await add(below).catch((error: unknown) => {
        throw error instanceof BerthError || options.signal?.aborted === true ? error : unreadable(below, error);
      });
    }
  };
  const whole = async (): Promise<void> => {
    base = await realOf(folder);
    await addAll('');
  };
  whole().then(
    () => pack.finalize(),
    (error: unknown) => pack.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(pack);
}

function written(begin: (done: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => (error ? reject(error) : resolve()));
  });
}

function unreadable(path: string, cause: unknown): BerthError {
  const gone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const why = gone ? 'was removed while the folder was copied' : 'cannot be copied';
  return new BerthError('folder_not_usable', `${path} ${why}.`, {
    hint: 'See that it can be read and that nothing changes it meanwhile, then try again.',
    cause,
  });
}
