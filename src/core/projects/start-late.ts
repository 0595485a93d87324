import { setTimeout as delay } from 'node:timers/promises';
import { isCancelled, messageOf } from '../errors';
import { withLock } from '../lock';
import { noProgress } from '../log';
import type { StartParts } from './each-start';
import { isPrepared, startRecords, wasBegun } from './start-due';

/** How long a connection waits for what its container's start needs, in milliseconds: editors give up after 15 s. */
const patienceMs = 8_000;

/**
 * What whoever connects to a running container has to see to: one that `ssh-proxy` started, or the engine by itself, has
 * not had what each start needs. A file of Berth's home tells, and for a container that needs nothing not even that is
 * read. Where another process holds the project's lock, it is setting the container up: then only what commands need at
 * once is waited for. What fails, or takes too long, keeps nobody out: the next look goes on with it.
 * @param tell gets one sentence where it failed
 */
export async function startLate(
  parts: StartParts,
  tell: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { home, row, container } = parts;
  const records = await startRecords(home, row.id);
  if (wasBegun(records, container)) return;
  const giveWay = new AbortController();
  const work = withLock(
    home.locksDir,
    row.id,
    async () => {
      if (!wasBegun(await startRecords(home, row.id), container))
        await (await import('./each-start')).eachStart(parts, noProgress, signal);
    },
    AbortSignal.any([giveWay.signal, ...(signal === undefined ? [] : [signal])]),
    () => {
      if (isPrepared(records, container)) giveWay.abort();
    },
  ).catch((error: unknown) => {
    if (!isCancelled(error)) tell(messageOf(error));
  });
  await Promise.race([work, delay(patienceMs, undefined, { ref: false })]);
}
