import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds at a stretch: half a frame, since an editor's other extensions live on the same event loop. */
const stretchMs = 8;

/** Does what takes no waiting for each of many, and lets the event loop go on after each few milliseconds of it. */
export async function inTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let until = performance.now() + stretchMs;
  for (const item of items) {
    if (performance.now() > until) {
      await nextTurn();
      until = performance.now() + stretchMs;
    }
    work(item);
  }
}

/** So many at once, and no more before these are done: what a thousand do between their waits would come at one stretch. */
const atOnce = 40;

/** Waits for something of each of many, in their order. */
export async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    if (from > 0) await nextTurn();
    done.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  }
  return done;
}
