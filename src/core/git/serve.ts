import { setTimeout as delay } from 'node:timers/promises';
import { isCancelled, messageOf } from '../errors';
import type { Disposable } from '../lifetime';
import type { Logger } from '../log';
import type { ProjectRow } from '../model';
import type { Projects } from '../projects/types';

/** Milliseconds between two tries to connect, at first and at most. */
const pause = { first: 500, most: 30_000 };

/** Keeps a project's Line connected while its container runs, so that git in it finds somebody who answers. */
export function keepLine(
  projects: Pick<Projects, 'snapshot' | 'line' | 'onDidChange'>,
  id: string,
  log: Logger,
): Disposable {
  const life = new AbortController();
  keep(projects, id, log, life.signal).catch((error: unknown) => {
    if (!isCancelled(error)) log.log('error', `Git is not answered any more: ${messageOf(error)}`, error);
  });
  return { dispose: () => life.abort() };
}

async function keep(
  projects: Pick<Projects, 'snapshot' | 'line' | 'onDidChange'>,
  id: string,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let wait = pause.first;
  for (;;) {
    const row = await running(projects, id, signal);
    try {
      const line = await projects.line(row, signal);
      await line.connect(signal);
      wait = pause.first;
      await line.stay(signal);
    } catch (error) {
      signal.throwIfAborted();
      log.log('debug', `The Line to ${row.name} is not there: ${messageOf(error)}`);
    }
    await delay(wait, undefined, { signal });
    wait = Math.min(wait * 2, pause.most);
  }
}

/** The project's row, as soon as its container runs. */
function running(
  projects: Pick<Projects, 'snapshot' | 'onDidChange'>,
  id: string,
  signal: AbortSignal,
): Promise<ProjectRow> {
  const look = (): ProjectRow | undefined =>
    projects.snapshot.rows.find((row) => row.id === id && row.state === 'running' && row.container !== null);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      watch.dispose();
      reject(signal.reason instanceof Error ? signal.reason : new Error('Cancelled'));
    };
    const settle = (): void => {
      const row = look();
      if (row === undefined) return;
      watch.dispose();
      signal.removeEventListener('abort', stop);
      resolve(row);
    };
    const watch = projects.onDidChange(settle);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    settle();
  });
}
