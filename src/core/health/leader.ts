import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isCancelled } from '../errors';

/** Milliseconds: how often the lock is touched, after how long untouched it is another's, how often others try. */
const beat = { update: 10_000, stale: 30_000, retry: 15_000 };

/**
 * Runs `work` while this process alone, of all that share the folder, holds the lock `name`; until then it stands by. A
 * holder that died, or slept for too long, is passed over: where that happens to this one, the signal it gave `work`
 * aborts, and it stands by again. Returns when `signal` aborts.
 */
export async function lead(
  dir: string,
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  times: typeof beat = beat,
): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, name);
  while (!signal.aborted) {
    const deposed = new AbortController();
    const release = await acquire(file, times, () => deposed.abort());
    if (release !== null) {
      try {
        await work(AbortSignal.any([signal, deposed.signal]));
      } catch (error) {
        if (!isCancelled(error)) throw error;
      } finally {
        // A lock that was taken over is not ours to release.
        await release().catch(() => undefined);
      }
    }
    await delay(times.retry, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function acquire(file: string, times: typeof beat, lost: () => void): Promise<(() => Promise<void>) | null> {
  try {
    const { default: lockfile } = await import('proper-lockfile');
    const options = { realpath: false, stale: times.stale, update: times.update, onCompromised: lost };
    return await lockfile.lock(file, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
    throw error;
  }
}
