import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import type { Api } from './api';
import { containerGone, containerPath } from './container-path';
import { statusOf } from './failures';
import { outputsOf } from './streams';

/** A log under way. Both outputs must be read; `ended` rejects where the connection breaks. */
export interface ContainerLogs {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<void>;
}

/** What a container's main process wrote; followed, it ends when the container does. An abort ends it quietly. */
export async function containerLogs(
  api: Api,
  id: string,
  options: { readonly follow: boolean; readonly tail: number | 'all' },
  signal?: AbortSignal,
): Promise<ContainerLogs> {
  const doing = 'read the container’s log';
  const query = { follow: options.follow, stdout: true, stderr: true, tail: options.tail };
  try {
    const raw = await api.json('GET', containerPath(id, 'json'), { doing, signal, own: [404] });
    const tty = (raw as Docker.ContainerInspectInfo).Config.Tty;
    const response = await api.stream('GET', containerPath(id, 'logs'), { doing, query, signal, own: [404] });
    const { stdout, stderr, ended } = outputsOf(response, tty);
    const quiet = ended.catch((error: unknown) => {
      if (signal?.aborted !== true) throw api.failure(error, doing, signal);
    });
    quiet.catch(() => undefined);
    return { stdout, stderr, ended: quiet };
  } catch (error) {
    throw statusOf(error) === 404 ? containerGone(id, error) : error;
  }
}
