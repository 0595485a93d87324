import { cancelled } from './errors';

/** Waits for work that others wait for too: an abort ends this wait alone, by throwing what cancelling throws. */
export function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(cancelled());
    signal.addEventListener('abort', stop, { once: true });
    void shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * A signal that is given after so many milliseconds. Node's AbortSignal.timeout() alone is not: nothing but whoever listens to it
 * holds it, so one that is only part of an AbortSignal.any() goes with the next collection of garbage, and its time never
 * comes (https://github.com/nodejs/node/issues/57736). It keeps no process from its end.
 */
export function timeLimit(ms: number): AbortSignal {
  const limit = AbortSignal.timeout(ms);
  limit.addEventListener('abort', () => undefined, { once: true });
  return limit;
}
