import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { messageOf } from '../errors';
import { openUnlinked } from '../paths';
import type { BuildRequest, ContextFile, FolderEntry } from './image-requests';

/** The Dockerfile's name in the context: one that no file of a template can have. */
export const dockerfileName = '.berth.Dockerfile';

type Entry = FolderEntry | (ContextFile & { readonly kind: 'text' });

/**
 * The body of a build: a tar of the Dockerfile and its files. The same request gives the same bytes (sorted names,
 * fixed times and owners), so the engine's cache hits. A folder's files are read only as the engine takes them in.
 */
export function contextTar(
  request: Pick<BuildRequest, 'dockerfile' | 'dockerfileName' | 'context' | 'folder'>,
): Readable {
  const own = [
    ...request.context,
    { path: request.dockerfileName ?? dockerfileName, content: request.dockerfile, mode: 0o644 },
  ];
  const entries: Entry[] = [...own.map((file) => ({ ...file, kind: 'text' as const })), ...(request.folder ?? [])];
  entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const tar = pack();
  write(tar, entries).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(messageOf(error))),
  );
  return Readable.from(tar);
}

async function write(tar: Pack, entries: readonly Entry[]): Promise<void> {
  const fixed = { uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) };
  for (const entry of entries) {
    const name = entry.path;
    switch (entry.kind) {
      case 'text':
        tar.entry({ ...fixed, name, mode: entry.mode ?? 0o644 }, Buffer.from(entry.content as Uint8Array));
        break;
      case 'folder':
        tar.entry({ ...fixed, name, mode: entry.mode, type: 'directory' });
        break;
      case 'link':
        tar.entry({ ...fixed, name, mode: 0o777, type: 'symlink', linkname: entry.target });
        break;
      case 'file':
        // A container may write the folder, and what goes into the image is for it to see. The stream closes the file.
        await pipeline(
          (await openUnlinked(entry.source)).createReadStream(),
          tar.entry({ ...fixed, name, mode: entry.mode, size: entry.size }),
        );
    }
  }
}
