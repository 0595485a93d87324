import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, pack as createPack } from 'tar-stream';
import type { Header, Pack } from 'tar-stream';

/** What an archive is told of an entry; the rest has its usual values. */
type Head = Parameters<Pack['entry']>[0];

/** What follows a server in the same archive: a file's text, or an empty file in the place of a folder that goes. */
export interface ArchiveEnd {
  readonly name: string;
  readonly text: string;
}

/**
 * A server's published archive as the volume is to have it: its one outer folder renamed, all of it root's and writable by
 * nobody else, then what is to come last. A torn or odd archive is an error of the stream, before any of the end is in it.
 */
export function repackServer(file: string, folder: string, end: readonly ArchiveEnd[], signal?: AbortSignal): Readable {
  const pack = createPack();
  const work = async (): Promise<void> => {
    const entries = extract();
    const reading = pipeline(createReadStream(file), createGunzip(), entries, { signal });
    // Its failure comes by the loop too, which is where it is told.
    reading.catch(() => undefined);
    let runnable = false;
    // Also where an empty file stands, for one that went.
    pack.entry({ name: `${folder}/`, type: 'directory', mode: 0o755 });
    for await (const entry of entries) {
      const head = renamed(entry.header, folder);
      if (head === null) {
        entry.resume();
        continue;
      }
      runnable ||= head.type === 'file' && head.name === `${folder}/node`;
      await pipeline(entry, pack.entry(head));
    }
    await reading;
    if (!runnable) throw new Error('the archive has no server in it');
    for (const { name, text } of end) {
      await new Promise<void>((resolve, reject) => {
        pack.entry({ name, mode: 0o644 }, text, (error) => (error ? reject(error) : resolve()));
      });
    }
    pack.finalize();
  };
  work().catch((error: unknown) => pack.destroy(error instanceof Error ? error : new Error(String(error))));
  return Readable.from(pack);
}

/** Null for the outer folder's own entry. @throws Error for a name or link that leads out of it. Pure. */
export function renamed(header: Header, folder: string): Head | null {
  const path = below(header.name);
  if (path === '') return null;
  const { type, size, mtime } = header;
  if (type !== 'file' && type !== 'directory' && type !== 'symlink' && type !== 'link') {
    throw new Error(`the archive has a ${type}: ${header.name}`);
  }
  const head: Head = {
    name: `${folder}/${path}`,
    type,
    mode: type === 'directory' || (header.mode & 0o111) !== 0 ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    mtime,
  };
  // Another name of a file that came before, which is told from the archive's top.
  if (type === 'link') return { ...head, linkname: `${folder}/${below(header.linkname)}` };
  if (type !== 'symlink') return { ...head, ...(type === 'file' ? { size } : {}) };
  const { linkname } = header;
  const leads = posix.normalize(posix.join(posix.dirname(path), linkname));
  if (linkname === '' || linkname.startsWith('/') || leads === '..' || leads.startsWith('../')) {
    throw new Error(`the archive has a link that leads out of it: ${header.name}`);
  }
  return { ...head, linkname };
}

function below(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..')) throw new Error(`the archive has an odd name: ${name}`);
  return parts.slice(1).join('/');
}
