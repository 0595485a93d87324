import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { BerthError } from '../errors';
import { openUnlinked } from '../paths';
import { longestValue } from './limits';
import type { Found, SourceContext } from './types';

/**
 * The content of a file of this machine. Programs in the container can write the project's folder, so a path in there must
 * not lead out of it by a link: they would choose what is read.
 */
export async function readSecretFile(path: string, { folder }: Pick<SourceContext, 'folder'>): Promise<Found> {
  const wanted = absolutePath(path, folder);
  try {
    const [real, project] = await Promise.all([realpath(wanted), realpath(folder).catch(() => folder)]);
    // Another project's container may write the folder above.
    if (isWithin(wanted, folder) && project !== folder) {
      return { kind: 'failed', why: `the project's folder has become a link to ${project}` };
    }
    if ((isWithin(wanted, folder) || isWithin(wanted, project)) && !isWithin(real, project)) {
      return { kind: 'failed', why: `${path} leads out of the project's folder by a link` };
    }
    const file = await openUnlinked(real);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return { kind: 'failed', why: `${path} is not a file` };
      if (facts.size > longestValue) {
        return { kind: 'failed', why: `${path} has more than ${longestValue / 1024} KiB` };
      }
      return { kind: 'value', bytes: await file.readFile() };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof BerthError) return { kind: 'failed', why: error.message.replace(/\.$/, '') };
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent', why: `there is no file ${path} here` };
    return { kind: 'failed', why: `${path} cannot be read (${code})` };
  }
}

/** Where a path of a template leads on this machine: `~` is the user's home, a relative one lies in the project. Pure but for the home. */
export function absolutePath(path: string, folder: string): string {
  const rest = /^~[\\/](.*)$/.exec(path)?.[1];
  return rest === undefined ? resolve(folder, path) : join(homedir(), rest);
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way);
}
