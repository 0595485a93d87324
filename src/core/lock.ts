import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelled } from './errors';

/** Longest and shortest pause between two tries for a lock, in milliseconds; each pause is drawn at random in between. */
const pause = { shortest: 15, longest: 120 };

/**
 * Runs `work` while this process alone holds the lock `name`, across all processes that share the folder. A holder that
 * died is passed over after ten seconds (its lock is no longer touched). Waiting ends when the signal aborts.
 * @param onWait called once where somebody else holds it
 */
export async function withLock<T>(
  dir: string,
  name: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
  onWait?: () => void,
): Promise<T> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const release = await acquire(join(dir, name), signal, onWait);
  try {
    return await work();
  } finally {
    await release().catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ERELEASED') throw error;
    });
  }
}

async function acquire(file: string, signal?: AbortSignal, onWait?: () => void): Promise<() => Promise<void>> {
  const { default: lockfile } = await import('proper-lockfile');
  for (let tries = 0; ; tries += 1) {
    if (signal?.aborted === true) throw cancelled();
    try {
      // Taken over by another, as after a clock's jump or the machine's sleep: no reason for this process to end.
      const onCompromised = (): void => undefined;
      return await lockfile.lock(file, { realpath: false, stale: 10_000, update: 2_000, onCompromised });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    if (tries === 0) onWait?.();
    const ms = pause.shortest + Math.random() * (pause.longest - pause.shortest);
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  }
}
