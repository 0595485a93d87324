import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { BerthError } from '../errors';
import type { Api } from './api';
import { containerGone, containerPath } from './container-path';
import { statusOf } from './failures';

/** Unpacks a tar archive in a container's folder, running or not; owners and modes are those in the archive. */
export async function writeArchive(
  api: Api,
  id: string,
  folder: string,
  tar: Readable,
  signal?: AbortSignal,
  options: { readonly replace?: boolean } = {},
): Promise<void> {
  const doing = `write to ${folder} in the container`;
  const query = { path: folder, noOverwriteDirNonDir: options.replace !== true };
  try {
    const answer = await api.stream('PUT', containerPath(id, 'archive'), { doing, query, signal, own: [404] }, tar);
    await finished(answer.resume());
  } catch (error) {
    throw statusOf(error) === 404 ? notThere(id, folder, error) : error;
  } finally {
    tar.destroy();
  }
}

/** What a container has at a path, running or not, as a tar archive whose names begin with the path's last part. */
export async function readArchive(api: Api, id: string, path: string, signal?: AbortSignal): Promise<Readable> {
  const doing = `read ${path} in the container`;
  try {
    return await api.stream('GET', containerPath(id, 'archive'), { doing, query: { path }, signal, own: [404] });
  } catch (error) {
    throw statusOf(error) === 404 ? notThere(id, path, error) : error;
  }
}

/** The engine says 404 of a container as of a path in it. */
function notThere(id: string, path: string, cause: unknown): BerthError {
  if (/no such container/i.test(String(cause))) return containerGone(id, cause);
  return new BerthError('engine_error', `There is no ${path} in the container.`, { cause });
}
