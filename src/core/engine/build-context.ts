import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { BuildRequest } from './types';

/** The Dockerfile's name in the context: one that no file of a template can have. */
export const dockerfileName = '.berth.Dockerfile';

/**
 * The body of a build: a tar of the Dockerfile and its files. The same request gives the same bytes (sorted names,
 * fixed times and owners), so the engine's cache hits.
 */
export function contextTar(request: Pick<BuildRequest, 'dockerfile' | 'context'>): Readable {
  const files = [...request.context, { path: dockerfileName, content: request.dockerfile, mode: 0o644 }];
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const tar = pack();
  for (const { path, content, mode = 0o644 } of files) {
    const header = { name: path, mode, uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) };
    tar.entry(header, Buffer.from(content as Uint8Array));
  }
  tar.finalize();
  return Readable.from(tar);
}
