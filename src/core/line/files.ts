import { posix } from 'node:path';
import type { SFTPWrapper, Stats } from 'ssh2';
import { unlessAborted } from '../abort';
import { BerthError, isCancelled, messageOf } from '../errors';
import { ChannelClosed, Sftp } from './sftp';
import { readWhole, writeWhole } from './sftp-content';
import type { FileStat, RemoteFiles } from './types';

/** What the files need of their Line. */
export interface FilesLine {
  /** A channel that all operations may share. */
  sftp(): Promise<SFTPWrapper>;
  /** Keeps the Line from closing as idle meanwhile. */
  use<T>(work: () => Promise<T>): Promise<T>;
  /** What to say when the connection broke. */
  lost(cause: unknown): Promise<Error>;
}

/** SFTP's status for a file that is not there, and for one that the user may not touch. */
const noSuchFile = 2;
const permissionDenied = 3;

/** Files over SFTP. */
export function createRemoteFiles(line: FilesLine): RemoteFiles {
  /** Runs one operation and says its failure in words. */
  const act = <T>(
    doing: string,
    path: string,
    signal: AbortSignal | undefined,
    work: (files: Sftp) => Promise<T>,
  ): Promise<T> =>
    line.use(async () => {
      if (!posix.isAbsolute(path)) throw new BerthError('bad_usage', `${path} is not an absolute path.`);
      // Opened under nobody's signal, since others may wait for the same channel.
      const sftp = await unlessAborted(line.sftp(), signal);
      try {
        return await work(new Sftp(sftp, signal));
      } catch (error) {
        if (error instanceof ChannelClosed) throw await line.lost(error);
        throw inWords(error, doing, path);
      }
    });

  return {
    read: (path, signal) => act('read', path, signal, (files) => readWhole(files, path)),
    write: (path, content, options = {}, signal) =>
      act('write', path, signal, (files) => writeWhole(files, path, asBuffer(content), options.mode)),
    stat: (path, signal) =>
      act('look at', path, signal, async (files) => {
        try {
          return fileStat(await files.call((sftp, done) => sftp.lstat(path, done)));
        } catch (error) {
          if (statusOf(error) === noSuchFile) return null;
          throw error;
        }
      }),
    list: (path, signal) =>
      act('list', path, signal, async (files) => {
        const entries = await files.call<readonly { filename: string; attrs: Stats }[]>((sftp, done) =>
          sftp.readdir(path, done),
        );
        return entries.map(({ filename, attrs }) => ({ name: filename, ...fileStat(attrs) }));
      }),
    remove: (path, signal) =>
      act('remove', path, signal, async (files) => {
        const stats = await files.call<Stats>((sftp, done) => sftp.lstat(path, done));
        await files.do((sftp, done) => (stats.isDirectory() ? sftp.rmdir(path, done) : sftp.unlink(path, done)));
      }),
    makeFolder: (path, signal) => act('make', path, signal, (files) => makeFolder(files, posix.normalize(path))),
  };
}

/** The same bytes, not a copy. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function fileStat(stats: Stats): FileStat {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
  return { kind, sizeBytes: stats.size, mode: stats.mode & 0o7777, modified: stats.mtime * 1000 };
}

/** SFTP's own number for a failure; what cancelling throws carries a number too, of another kind. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || isCancelled(error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

function inWords(error: unknown, doing: string, path: string): unknown {
  const status = statusOf(error);
  if (status === undefined) return error;
  if (status === noSuchFile) {
    return new BerthError('file_not_found', `There is no ${path} in the container.`, { cause: error });
  }
  const why = status === permissionDenied ? 'permission denied' : messageOf(error);
  return new BerthError('file_failed', `Could not ${doing} ${path} in the container: ${why}.`, { cause: error });
}

/** With the folders above it; one that is there already is fine. */
async function makeFolder(files: Sftp, path: string): Promise<void> {
  try {
    await files.do((sftp, done) => sftp.mkdir(path, done));
  } catch (error) {
    if (statusOf(error) === noSuchFile && path !== '/') {
      await makeFolder(files, posix.dirname(path));
      await files.do((sftp, done) => sftp.mkdir(path, done));
      return;
    }
    const there = await files.call<Stats>((sftp, done) => sftp.stat(path, done)).catch(() => null);
    if (there?.isDirectory() !== true) throw error;
  }
}
