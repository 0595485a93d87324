import { lchown, lstat, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isWithin } from '../paths';

/**
 * Makes what is missing of a path inside a project, owned by the project's owner: an engine asked to mount what is not
 * there would make it root's, or fail. Nothing is made outside: every link on the way is followed first.
 * @returns false where the path leads out of the project, or through a link to nothing
 */
export async function makeInside(project: string, path: string, what: 'folder' | 'file' = 'folder'): Promise<boolean> {
  const missing: string[] = [];
  let there = path;
  for (;;) {
    const real = await realpath(there).catch(unlessMissing);
    if (real !== null) {
      there = real;
      break;
    }
    const dangling = await lstat(there).catch(unlessMissing);
    if (dangling !== null || dirname(there) === there) return false;
    missing.unshift(basename(there));
    there = dirname(there);
  }
  if (!isWithin(there, project)) return false;
  const owner = await stat(project);
  for (const [index, name] of missing.entries()) {
    there = join(there, name);
    const last = index === missing.length - 1;
    await (last && what === 'file' ? writeFile(there, '', { flag: 'wx' }) : mkdir(there)).catch(unlessThere);
    // Not through a link that somebody puts there meanwhile.
    if (process.getuid?.() === 0) await lchown(there, owner.uid, owner.gid);
  }
  return (await realpath(there)) === there;
}

function unlessMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
  throw error;
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
