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
