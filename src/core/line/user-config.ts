import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withLock } from '../lock';

/** A change of the whole text: null leaves all as it is, `gone` takes the file away. Text is latin1: one character a byte. */
export type Edit = (text: string | null) => { readonly text: string; readonly gone?: boolean } | null;

/** How long a foreign writer that had the old file open may still append to it (milliseconds between looks). */
const aftermath = [0, 20, 80] as const;
const attempts = 20;

/**
 * Edits a file that is the user's: under a lock among Berth's processes, read again inside it, replaced by one rename;
 * mode, owner and a symlink stay. Others who write meanwhile know nothing of the lock: the file is looked at once more
 * just before the rename, and what they appended to the old file just after it is carried over.
 */
export async function editUserFile(path: string, edit: Edit): Promise<void> {
  const file = await behindLinks(path);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await withLock(dirname(file), `.${basename(file)}.berth`, async () => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await editOnce(file, edit)) return;
      await delay(10 + Math.random() * 40);
    }
    throw new Error(`${file} was changed by others all the time`);
  });
}

/** False where another writer came in between and all has to be looked at again. */
async function editOnce(file: string, edit: Edit): Promise<boolean> {
  const old = await openIfThere(file);
  try {
    const before = old === null ? null : await wholeText(old);
    const after = edit(before);
    if (after === null) return true;
    if (after.gone === true) {
      if ((await changeOf(file, old, before)) !== 'none') return false;
      await rm(file);
      return true;
    }
    const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
    try {
      await writeLike(temporary, old, after.text);
      // What was appended alone is carried over below.
      if ((await changeOf(file, old, before)) === 'other') return false;
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
    if (old !== null) await carryOver(old, before ?? '', file);
    return true;
  } finally {
    await old?.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function wholeText(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(size + 4096);
  let at = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, at, buffer.length - at, at);
    at += bytesRead;
    if (bytesRead === 0 || at === buffer.length) break;
  }
  return buffer.toString('latin1', 0, at);
}

/** A new file beside it, on disk, with the old one's mode and owner. */
async function writeLike(temporary: string, old: FileHandle | null, text: string): Promise<void> {
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text, 'latin1');
    if (old !== null) {
      const { mode, uid, gid } = await old.stat();
      const mine = await handle.stat();
      if (mine.uid !== uid || mine.gid !== gid) await handle.chown(uid, gid);
      await handle.chmod(mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What became of the file since it was read: a path that leads to another file, or another text, is `other`. */
async function changeOf(
  file: string,
  old: FileHandle | null,
  before: string | null,
): Promise<'none' | 'appended' | 'other'> {
  const now = await openIfThere(file);
  try {
    if (now === null || old === null || before === null) return now === old ? 'none' : 'other';
    const [a, b] = await Promise.all([now.stat(), old.stat()]);
    const text = await wholeText(now);
    if (a.ino !== b.ino || a.dev !== b.dev || !text.startsWith(before)) return 'other';
    return text.length === before.length ? 'none' : 'appended';
  } finally {
    await now?.close();
  }
}

/** Brings what was appended to the replaced file since it was read over to the new one. */
async function carryOver(old: FileHandle, before: string, file: string): Promise<void> {
  let carried = before.length;
  for (const ms of aftermath) {
    if (ms > 0) await delay(ms);
    const text = await wholeText(old);
    if (text.length <= carried || !text.startsWith(before)) continue;
    const handle = await open(file, constants.O_WRONLY | constants.O_APPEND);
    try {
      await handle.writeFile(text.slice(carried), 'latin1');
    } finally {
      await handle.close();
    }
    carried = text.length;
  }
}

/** Where a symlink leads in the end, also when nothing is there yet. */
async function behindLinks(path: string): Promise<string> {
  let at = path;
  for (let depth = 0; depth < 40; depth += 1) {
    const stats = await lstat(at).catch(() => null);
    if (stats?.isSymbolicLink() !== true) return at;
    at = resolve(dirname(at), await readlink(at));
  }
  throw new Error(`${path} is a symlink that leads nowhere`);
}

/** A file's bytes as latin1 text, or null where there is none. */
export async function readUserFile(path: string): Promise<string | null> {
  const handle = await openIfThere(path);
  try {
    return handle === null ? null : await wholeText(handle);
  } finally {
    await handle?.close();
  }
}
