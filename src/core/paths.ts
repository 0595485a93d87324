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

/**
 * Opens a file for reading at a path without links. Who may write a folder above could put a link there after it was looked
 * at, so it is what was opened that is looked at. @throws BerthError `file_failed`; what the file system says
 */
export async function openUnlinked(path: string): Promise<FileHandle> {
  // A pipe is opened at once, rather than when somebody writes to it.
  const flags = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, constants.O_RDONLY | flags);
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
