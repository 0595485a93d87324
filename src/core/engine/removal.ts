import type { Api } from './api';
import { containerPath } from './container-path';
import { engineWords, statusOf } from './failures';

/**
 * Removes a container and returns when it is really gone, also where somebody else's removal is under way: the
 * engine answers 409 to that and goes on, so its end is awaited.
 */
export async function removeContainer(api: Api, id: string, force: boolean, signal?: AbortSignal): Promise<void> {
  const doing = `remove the container ${id.slice(0, 40)}`;
  const query = { force, v: true };
  try {
    await api.json('DELETE', `/containers/${encodeURIComponent(id)}`, { doing, query, signal, own: [404, 409, 500] });
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return;
    const underWay = /removal .*in progress|is already in progress/i.test(engineWords(error));
    if (!underWay) throw api.failure(error, doing, signal);
    await untilRemoved(api, id, doing, signal);
  }
}

async function untilRemoved(api: Api, id: string, doing: string, signal?: AbortSignal): Promise<void> {
  try {
    // The engine answers this one when the container's record is deleted, not before.
    await api.json('POST', containerPath(id, 'wait'), {
      doing,
      query: { condition: 'removed' },
      signal,
      own: [404],
    });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
