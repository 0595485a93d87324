import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, lchown, lstat, lutimes, mkdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { BerthError } from '../errors';

/** One thing in an archive of a folder, its name relative to that folder; empty for the folder itself. */
interface Entry {
  readonly path: string;
  /** `again`: the same file as an earlier one, a hard link. */
  readonly kind: 'file' | 'folder' | 'link' | 'again' | 'other';
  readonly header: Header;
  /** To be read to its end before the next entry comes. */
  readonly content: Readable;
}

/** What of an archive differs from a folder that has some of it already. */
export interface Difference {
  /** Paths that both have with another content, sorted. */
  readonly changed: readonly string[];
  /** Paths where one has a folder and the other has none, sorted: nothing can be put there. */
  readonly blocked: readonly string[];
}

/** Holds an archive against a folder of this machine, byte for byte; writes nothing. */
export async function compareFolder(tar: Readable, folder: string, signal?: AbortSignal): Promise<Difference> {
  const changed: string[] = [];
  const blocked: string[] = [];
  for await (const { path, kind, header, content } of entries(tar, signal)) {
    const there = await lstat(join(folder, path)).catch(() => null);
    if (there === null || kind === 'other') continue;
    if (there.isDirectory() !== (kind === 'folder')) blocked.push(path);
    else if (kind === 'link') {
      const same = there.isSymbolicLink() && (await readlink(join(folder, path))) === header.linkname;
      if (!same) changed.push(path);
    } else if (kind === 'file') {
      const same = there.isFile() && there.size === header.size;
      if (!same || (await hashOf(content)) !== (await hashOfFile(join(folder, path)))) changed.push(path);
    } else if (kind === 'again') {
      const first = safePath(header.linkname) ?? '';
      const source = await lstat(join(folder, first)).catch(() => null);
      const same = there.isFile() && source?.isFile() === true && !changed.includes(first);
      if (!same || (await hashOfFile(join(folder, first))) !== (await hashOfFile(join(folder, path))))
        changed.push(path);
    }
  }
  return { changed: changed.sort(), blocked: blocked.sort() };
}

/** What a copy came to. */
export interface CopyReport {
  readonly files: number;
  readonly bytes: number;
  /** What cannot be copied: sockets, pipes, devices. */
  readonly skipped: readonly string[];
}

/**
 * Writes an archive into a folder of this machine, over what is there. An archive from a container is not believed: no
 * entry leads out of the folder, by its name or through a link. Each file is put in place as a whole. Nothing is removed.
 * As root, what is made belongs to the folder's owner.
 * @throws BerthError `file_exists` where a folder is in the way of a file, or the other way round
 */
export async function unpackFolder(tar: Readable, folder: string, signal?: AbortSignal): Promise<CopyReport> {
  await mkdir(folder, { recursive: true });
  const { uid, gid } = await stat(folder);
  const own = async (path: string): Promise<void> => {
    if (process.getuid?.() === 0) await lchown(path, uid, gid);
  };
  // A name that nobody can guess: an entry of that name could be a link, and be written through.
  const suffix = `berth-${randomBytes(8).toString('hex')}`;
  const skipped: string[] = [];
  const real = new Set([folder]);
  let files = 0;
  let bytes = 0;
  const enter = async (path: string): Promise<void> => {
    const place = join(folder, path);
    if (real.has(place)) return;
    if (path.includes('/')) await enter(dirname(path));
    const there = await lstat(place).catch(() => null);
    if (there === null) {
      await mkdir(place);
      await own(place);
    } else if (!there.isDirectory()) throw inTheWay(place);
    real.add(place);
  };
  const copyAgain = async (first: string | null, aside: string): Promise<void> => {
    const place = join(folder, first ?? '');
    // Only what was put there in this run, so that no link leads elsewhere.
    if (first === null || !real.has(dirname(place)) || !(await lstat(place)).isFile()) {
      throw new BerthError('engine_error', `The archive names ${first ?? 'a path'} before it has it.`);
    }
    await copyFile(place, aside, constants.COPYFILE_EXCL);
  };
  for await (const { path, kind, header, content } of entries(tar, signal)) {
    if (path === '') continue;
    if (kind === 'other') {
      skipped.push(path);
      continue;
    }
    if (kind === 'folder') {
      await enter(path);
      continue;
    }
    if (path.includes('/')) await enter(dirname(path));
    const place = join(folder, path);
    if ((await lstat(place).catch(() => null))?.isDirectory() === true) throw inTheWay(place);
    const aside = join(dirname(place), `.${basename(place).slice(0, 200)}.${suffix}`);
    try {
      if (kind === 'link') await symlink(header.linkname, aside);
      else if (kind === 'again') await copyAgain(safePath(header.linkname), aside);
      else await pipeline(content, createWriteStream(aside, { flags: 'wx', mode: header.mode & 0o777 }));
      await own(aside);
      await lutimes(aside, header.mtime, header.mtime);
      await rename(aside, place);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
    files += 1;
    bytes += kind === 'file' ? header.size : 0;
  }
  return { files, bytes, skipped };
}

function inTheWay(place: string): BerthError {
  return new BerthError('file_exists', `${place} is in the way: one is a folder, and the other is not.`, {
    hint: 'Move it away, or choose another folder.',
  });
}

async function* entries(tar: Readable, signal?: AbortSignal): AsyncGenerator<Entry> {
  const reading = extract();
  // An error of either ends both; the loop below throws it.
  const fed = pipeline(tar, reading, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    reading.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const raw of reading) {
      signal?.throwIfAborted();
      const content = Readable.from(raw);
      const path = safePath(raw.header.name);
      if (path !== null) yield { path, kind: kindOf(raw.header), header: raw.header, content };
      content.resume();
      raw.resume();
    }
    await fed;
    signal?.throwIfAborted();
  } finally {
    tar.destroy();
  }
}

/** What no name may hold: on Windows a backslash parts folders too, and a colon names a drive or a second stream. */
const foreign = process.platform === 'win32' ? /[\0\\:]/ : /\0/;

/** A name without its first part, which is the packed folder's own; null for one that no packer of a folder writes. */
function safePath(name: string): string | null {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.some((part) => part === '..' || foreign.test(part))) return null;
  return parts.slice(1).join('/');
}

function kindOf({ type }: Header): Entry['kind'] {
  if (type === 'file' || type === 'contiguous-file') return 'file';
  if (type === 'directory') return 'folder';
  return type === 'symlink' ? 'link' : type === 'link' ? 'again' : 'other';
}

const hashOfFile = (path: string): Promise<string> => hashOf(createReadStream(path));

async function hashOf(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(content, hash);
  return hash.digest('hex');
}
