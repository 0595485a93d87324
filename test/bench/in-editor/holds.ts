import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** In milliseconds: how long a thread's event loop did not turn, and how much of that it was not waiting for a core. */
export interface Held {
  readonly ms: number;
  readonly own: number;
}

/** Milliseconds between two looks. */
const pause = 10;

/** The longest hold of this thread meanwhile. Where others have all cores it is late for no fault of its own: told apart. */
export async function longestHold(work: () => Promise<void>): Promise<Held> {
  let [ms, own] = [0, 0];
  let before = { at: performance.now(), waited: waitedForCore() };
  const look = setInterval(() => {
    const now = { at: performance.now(), waited: waitedForCore() };
    const late = now.at - before.at - pause;
    ms = Math.max(ms, late);
    own = Math.max(own, late - (now.waited - before.waited));
    before = now;
  }, pause);
  try {
    await work();
  } finally {
    clearInterval(look);
  }
  return { ms, own };
}

/** Milliseconds for which the process's main thread could have run and had no core (Linux, sched-stats.rst: the second figure). */
function waitedForCore(): number {
  const [, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ');
  return Number(waited) / 1e6;
}
