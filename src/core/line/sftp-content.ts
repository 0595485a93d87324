import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { Stats } from 'ssh2';
import type { Sftp } from './sftp';

/** Requests under way at once: they keep sshd busy; bytes of more would grow old while they wait, and cost whole collections. */
const inFlight = 4;
/** What OpenSSH takes and gives at once; it makes full packets, where 32 KB and a head would be two. */
const chunkBytes = 255 * 1024;
/** What is asked for where no more is thought to come. */
const probeBytes = 32 * 1024;
/** SFTP's status for the end of a file. */
const endOfFile = 1;

/** All of a file's bytes. */
export async function readWhole(files: Sftp, path: string): Promise<Buffer> {
  const handle = await files.call<Buffer>((sftp, done) => sftp.open(path, 'r', done));
  try {
    const { size } = await files.call<Stats>((sftp, done) => sftp.fstat(handle, done));
    const parts = [await readSized(files, handle, size)];
    // Files of /proc and the like say 0 and have more; others may have grown meanwhile.
    for (let at = parts[0]?.length ?? 0; ;) {
      const more = Buffer.allocUnsafe(probeBytes);
      const got = await readInto(files, handle, more, 0, probeBytes, at);
      if (got === 0) return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      parts.push(more.subarray(0, got));
      at += got;
    }
  } finally {
    await files.afterwards.do((sftp, done) => sftp.close(handle, done)).catch(() => undefined);
  }
}

/** The first `length` bytes by many requests at once; fewer where the file ends before. */
async function readSized(files: Sftp, handle: Buffer, length: number): Promise<Buffer> {
  const target = Buffer.allocUnsafe(length);
  let next = 0;
  let end = length;
  const worker = async (): Promise<void> => {
    while (next < end) {
      let at = next;
      next += chunkBytes;
      const to = Math.min(next, length);
      while (at < to) {
        const got = await readInto(files, handle, target, at, to - at, at);
        if (got === 0) {
          end = Math.min(end, at);
          return;
        }
        at += got;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return target.subarray(0, end);
}

/** Bytes read; 0 at the end of the file. */
function readInto(
  files: Sftp,
  handle: Buffer,
  target: Buffer,
  offset: number,
  length: number,
  position: number,
): Promise<number> {
  return files.call<number>((sftp, done) =>
    sftp.read(handle, target, offset, length, position, (error: (Error & { code?: number }) | undefined, bytes) => {
      if (error?.code === endOfFile) done(null, 0);
      else done(error, bytes);
    }),
  );
}

/** Into a new file beside it, which then takes its name; a link is followed, so that it stays one. */
export async function writeWhole(files: Sftp, path: string, content: Buffer, mode: number | undefined): Promise<void> {
  const target = await files.call<string>((sftp, done) => sftp.realpath(path, done)).catch(() => path);
  const there = await files.call<Stats>((sftp, done) => sftp.stat(target, done)).catch(() => null);
  const kept = mode ?? (there === null ? undefined : there.mode & 0o7777);
  const random = randomBytes(4).toString('hex');
  const temporary = posix.join(posix.dirname(target), `.berth-${random}`);
  const handle = await files.call<Buffer>((sftp, done) => sftp.open(temporary, 'wx', kept ?? 0o644, done));
  try {
    try {
      await writeAll(files, handle, content);
      if (kept !== undefined) await files.do((sftp, done) => sftp.fchmod(handle, kept, done));
    } finally {
      await files.afterwards.do((sftp, done) => sftp.close(handle, done));
    }
    await files.do((sftp, done) => sftp.ext_openssh_rename(temporary, target, done));
  } catch (error) {
    await files.afterwards.do((sftp, done) => sftp.unlink(temporary, done)).catch(() => undefined);
    throw error;
  }
}

async function writeAll(files: Sftp, handle: Buffer, content: Buffer): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < content.length) {
      const at = next;
      next += chunkBytes;
      const length = Math.min(chunkBytes, content.length - at);
      await files.do((sftp, done) => sftp.write(handle, content, at, length, at, done));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}
