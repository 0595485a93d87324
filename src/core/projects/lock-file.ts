import { createHash } from 'node:crypto';
import { dirname, join, relative, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import { smallText } from '../paths';
import type { LockedImages, ResolvedTemplate } from '../templates/types';

/** What is asked of the lock file: to take the newest images and write them down, or to insist on what it says. */
export interface LockOptions {
  readonly lock?: boolean;
  readonly frozen?: boolean;
}

const lockName = 'berth.lock';

/** A lock file that need not exist: then `images` is null. */
export interface LockFile {
  readonly file: string;
  readonly images: LockedImages | null;
}

/** Where a template's lock file is: beside the template where that is the project's own, else in the project's folder. Pure. */
export function lockPath(resolved: Pick<ResolvedTemplate, 'files'>, folder: string): string {
  const [own = ''] = resolved.files;
  const inside = relative(folder, own);
  const isOwn = own !== '' && inside !== '..' && !inside.startsWith(`..${sep}`);
  return join(isOwn ? dirname(own) : folder, lockName);
}

/** @throws BerthError `lock_invalid` with every error and its place */
export async function readLock(file: string): Promise<LockFile> {
  let text: string | null;
  try {
    text = await smallText(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { file, images: null };
    throw error;
  }
  if (text === null) {
    throw new BerthError('lock_invalid', `The lock file ${file} is no file of 1 MiB at most.`, {
      hint: 'Delete it and write it anew: `berth build --lock`.',
    });
  }
  const { parseLock } = await import('../templates/lock-document');
  const { images, problems } = parseLock(text, file);
  const [first] = problems;
  if (first === undefined) return { file, images };
  throw new BerthError('lock_invalid', `The lock file ${file} has errors: ${first.message}`, {
    hint: `Mend it${first.line === undefined ? '' : ` in line ${first.line}`}, or delete it and write it anew: \`berth build --lock\`.`,
    errors: problems,
  });
}

/** Lays images over what the file says by now, since two builds may each know of some. Writes only what is new. */
export async function addToLock(home: BerthHome, file: string, images: LockedImages): Promise<void> {
  const name = `lock-${createHash('sha256').update(file).digest('hex').slice(0, 12)}`;
  await withLock(home.locksDir, name, async () => {
    const { lockText } = await import('../templates/lock-document');
    const before = (await readLock(file)).images;
    const text = lockText({ ...before, ...images });
    if (before === null || lockText(before) !== text) await writeFileAtomic(file, text);
  });
}

/** With `--frozen`: says what of an image is not as the lock file has it. */
export function notFrozen(file: string, why: string): BerthError {
  return new BerthError('lock_outdated', `${why}, and --frozen changes nothing.`, {
    hint: 'Write it anew with `berth build --lock` and commit it, or leave --frozen out.',
    errors: [{ message: why, file }],
  });
}
