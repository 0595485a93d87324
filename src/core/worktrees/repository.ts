import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BerthError } from '../errors';
import { plainText } from '../paths';
import { folderOwner } from '../projects/folders';
import { mustBeAsItWas } from '../projects/nested';
import type { UserNumbers } from '../storage/ownership';
import type { GitPlace } from './safe-git';

/** The checkout that a project's folder is. Paths are absolute. */
export interface Checkout {
  readonly folder: string;
  /** Its own git folder: HEAD and index are in there. */
  readonly gitDir: string;
  /** The repository's, with objects, branches and worktrees. */
  readonly common: string;
  /** Whom its files belong to, where that is another user than this process's. */
  readonly owner: UserNumbers | null;
}

/**
 * Looks what repository a folder is the checkout of. A project's container can write what lies in its folder, so a pointer
 * in there is believed only where the other side agrees, as it is for what is mounted.
 * @throws BerthError `git_failed`; `folder_not_usable` for a folder that has become a link
 */
export async function checkoutOf(folder: string): Promise<Checkout> {
  await mustBeAsItWas({ name: basename(folder), folder });
  const pointer = join(folder, '.git');
  const found = await lstat(pointer).catch(() => null);
  if (found === null) {
    throw new BerthError('git_failed', `${folder} is not a git repository, so it has no worktrees.`, {
      hint: 'Worktree mode wants the top folder of a repository; `git init` and a commit make one.',
    });
  }
  const gitDir = found.isDirectory() ? pointer : await linked(pointer);
  if (gitDir === null) throw unusual(folder);
  const common = found.isDirectory() ? gitDir : dirname(dirname(gitDir));
  for (const name of ['objects', 'refs']) {
    if ((await lstat(join(common, name)).catch(() => null))?.isDirectory() !== true) throw unusual(folder);
  }
  if ((await lstat(join(common, 'commondir')).catch(() => null)) !== null) throw unusual(folder);
  return { folder, gitDir, common, owner: await otherOwner(folder) };
}

/** The checkout as git is to work in it. */
export function placeOf({ folder, gitDir, owner }: Checkout): GitPlace {
  return { gitDir, workTree: folder, owner };
}

/** The git folder of a worktree, by its pointer; null where the two do not name each other. */
async function linked(pointer: string): Promise<string | null> {
  const written = /^gitdir: (.+)$/.exec((await firstLine(pointer)) ?? '')?.[1];
  if (written === undefined) return null;
  const own = await realpath(resolve(dirname(pointer), written)).catch(() => null);
  if (own === null || basename(dirname(own)) !== 'worktrees') return null;
  const [back, common] = await Promise.all([firstLine(join(own, 'gitdir')), firstLine(join(own, 'commondir'))]);
  if (back === null || common === null) return null;
  const agrees = (await realpath(resolve(own, back)).catch(() => null)) === (await realpath(pointer));
  const within = (await realpath(resolve(own, common)).catch(() => null)) === dirname(dirname(own));
  return agrees && within ? own : null;
}

/** The first line of a plain file that is no longer than a pointer of git's; null for anything else. */
export async function firstLine(file: string): Promise<string | null> {
  return (await plainText(file, 8192))?.split('\n')[0] ?? null;
}

/** Null where this process is the owner, or cannot work as another user anyway. */
async function otherOwner(folder: string): Promise<UserNumbers | null> {
  const owner = await folderOwner(folder);
  return owner === null || process.getuid?.() !== 0 || owner.uid === 0 ? null : owner;
}

function unusual(folder: string): BerthError {
  return new BerthError('git_failed', `The .git of ${folder} is not as git makes one, so nothing is done with it.`, {
    hint: 'A submodule or a folder inside a repository has no worktrees of its own: name the top folder.',
  });
}
