import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../errors';
import { openUnlinked } from '../paths';
import type { Checkout } from './repository';

/**
 * Looks that a repository's branches and objects are its own. A project's container can write them: a branch that is a link
 * to one of another repository of the user's, and objects that are borrowed from there, would have that one's whole history
 * copied for an agent.
 * @throws BerthError `git_failed`
 */
export async function mustBorrowNothing({ folder, gitDir, common }: Checkout): Promise<void> {
  const objects = join(common, 'objects');
  if ((await kindOf(join(objects, 'info', 'alternates'))) !== null) {
    throw refused(
      folder,
      'borrows objects of another one, by objects/info/alternates',
      '`git repack -a -d` and removing that file make it whole.',
    );
  }
  const tops = [
    objects,
    join(common, 'refs'),
    join(common, 'reftable'),
    common,
    ...(gitDir === common ? [] : [gitDir]),
  ];
  for (const top of tops) {
    const link = await linkIn(top, top === join(common, 'refs'));
    if (link !== null) throw refused(folder, `has a link at ${link}, which git does not make`);
  }
}

/** Files of a git folder that a person may have made a link of, and that choose nothing here. */
const harmless: ReadonlySet<string> = new Set(['hooks', 'config', 'config.worktree', 'description', 'lfs', 'logs']);

/** The first link in a folder; null where there is none. */
async function linkIn(folder: string, deep: boolean): Promise<string | null> {
  const kind = await kindOf(folder);
  if (kind === 'link') return folder;
  if (kind !== 'folder') return null;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink() && !harmless.has(entry.name)) return path;
    const below = deep && entry.isDirectory() ? await linkIn(path, true) : null;
    if (below !== null) return below;
  }
  return null;
}

async function kindOf(path: string): Promise<'link' | 'folder' | 'file' | null> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return null;
  return found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'folder' : 'file';
}

/** Longer files are none that git or a person writes there. */
const longest = 2 ** 20;

/** The text of a plain file; null for a link, which would have any file of this machine read, and for all else. */
export async function plainFile(folder: string, ...names: readonly string[]): Promise<Buffer | null> {
  const file = await openUnlinked(join(folder, ...names)).catch(() => null);
  if (file === null) return null;
  try {
    const found = await file.stat();
    return found.isFile() && found.size <= longest ? await file.readFile() : null;
  } finally {
    await file.close();
  }
}

function refused(folder: string, what: string, hint?: string): BerthError {
  return new BerthError('git_failed', `The repository of ${folder} ${what}, so no worktree is made of it.`, {
    hint: hint ?? 'A program in its container may have put it there: look at it, and put back what was there.',
  });
}
