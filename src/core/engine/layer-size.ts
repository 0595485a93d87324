import type { Api } from './api';
import { containerPath } from './container-path';
import { statusOf } from './failures';

/**
 * Bytes of what a container has written outside its volumes; null where the engine does not tell, or has no such container.
 * The engine looks at every file of it.
 */
export async function writableBytes(api: Api, id: string, signal?: AbortSignal): Promise<number | null> {
  const doing = 'measure what the container has written';
  try {
    const found = await api.json('GET', containerPath(id, 'json'), {
      doing,
      query: { size: true },
      signal,
      own: [404],
    });
    return (found as { readonly SizeRw?: number }).SizeRw ?? null;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
