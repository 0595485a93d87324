import { constants } from 'node:fs';
import { access, lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { BerthError } from './errors';

/** Whether something is at a path, as far as this user can see. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** The real path, or the path itself where there is none: one name for each file, whatever way leads to it. */
export async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

/** Whether a path is a folder or lies in it; both absolute and real. Pure. */
export function isWithin(path: string, folder: string): boolean {
  const steps = relative(folder, path);
  return steps === '' || (steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps));
}

/** Flags for opening a file to read it: a pipe is opened at once, rather than when somebody writes to it. */
export const openNow = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);
const openPlain = openNow | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW);

/** What reading a file comes to that may be none. */
export type BoundedFile =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'not_a_file' }
  | { readonly kind: 'too_long' };

/**
 * Reads a file of at most so many bytes that lies where others may write, as a project's own container can. What was opened
 * is looked at, and no more than that is read: a pipe in its place would hold one of Node's four threads for good, and a
 * device has no end. @throws what the file system says
 */
export async function readBounded(path: string, longest: number, { links = true } = {}): Promise<BoundedFile> {
  const file = await open(path, links ? openNow : openPlain);
  try {
    const found = await file.stat();
    if (!found.isFile()) return { kind: 'not_a_file' };
    if (found.size > longest) return { kind: 'too_long' };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(found.size), 0, found.size, 0);
    return { kind: 'read', bytes: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** The text of a file that a person writes, of 1 MiB at most; null where it is none. @throws what the file system says */
export async function smallText(path: string): Promise<string | null> {
  const found = await readBounded(path, 1024 * 1024);
  return found.kind === 'read' ? found.bytes.toString('utf8') : null;
}

/** The text of a file as {@link readBounded} reads it; null for a link too, and for all that cannot be read. */
export async function plainText(path: string, longest: number): Promise<string | null> {
  const found = await readBounded(path, longest, { links: false }).catch(() => null);
  return found?.kind === 'read' ? found.bytes.toString('utf8') : null;
}

/**
 * Opens a file for reading at a path without links. Who may write a folder above could put a link there after it was looked
 * at, so it is what was opened that is looked at. @throws BerthError `file_failed`; what the file system says
 */
export async function openUnlinked(path: string): Promise<FileHandle> {
  const file = await open(path, openPlain);
  try {
    if (process.platform === 'linux') {
      // One that was replaced since is what was asked for all the same.
      const opened = (await readlink(`/proc/self/fd/${file.fd}`)).replace(/ \(deleted\)$/, '');
      if (opened === path) return file;
    } else {
      const [real, [one, other]] = await Promise.all([realpath(path), Promise.all([file.stat(), lstat(path)])]);
      if (real === path && one.ino === other.ino) return file;
    }
    throw new BerthError('file_failed', `${path} was replaced by a link while it was read.`, {
      hint: 'See what changes files there, then try again.',
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}
