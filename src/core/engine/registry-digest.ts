import { timeLimit } from '../abort';
import { isCancelled } from '../errors';
import type { Api } from './api';
import { passFor } from './registry-access';

/** How long a registry may take to answer, in milliseconds. */
const limitMs = 15_000;

/**
 * The digest that a registry has under a name now, by a request that the engine makes with the user's credentials and that
 * fetches no image. Null where that cannot be told: no network, no such image there, no access, an engine that does not
 * know how to ask.
 */
export async function registryDigest(
  api: Api,
  env: Readonly<Record<string, string | undefined>>,
  reference: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const limit = timeLimit(limitMs);
  const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  const path = `/distribution/${reference.split('/').map(encodeURIComponent).join('/')}/json`;
  try {
    const { headers } = await passFor(env, reference, either);
    const found = await api.json('GET', path, { doing: `ask the registry for ${reference}`, headers, signal: either });
    return (found as { readonly Descriptor?: { readonly digest?: string } }).Descriptor?.digest ?? null;
  } catch (error) {
    if (isCancelled(error) && signal?.aborted === true) throw error;
    return null;
  }
}
