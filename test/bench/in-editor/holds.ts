import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { stolenTicks } from '../steal';

/** In milliseconds: how long a thread's event loop did not turn, and how much of that was its own, with a core at hand. */
export interface Held {
  readonly ms: number;
  readonly own: number;
}

/** Milliseconds between two looks. */
const pause = 10;

/**
 * The longest hold of this thread meanwhile. A thread is also late where others have all cores, or where another machine has
 * the one it is on: an idle process was seen 217 ms late with 220 ms of its core taken. Both are told apart from its own.
 */
export async function longestHold(work: () => Promise<void>): Promise<Held> {
  let [ms, own] = [0, 0];
  let before = look();
  const timer = setInterval(() => {
    const now = look();
    const late = now.at - before.at - pause;
    const taken = (core: number): number => (now.stolen[core] ?? 0) - (before.stolen[core] ?? 0);
    ms = Math.max(ms, late);
    // A timer is late on the core on which the thread slept; woken, it may be put on another.
    own = Math.max(own, late - (now.waited - before.waited) - Math.max(taken(before.core), taken(now.core)));
    before = now;
  }, pause);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return { ms, own };
}

interface Look {
  readonly at: number;
  readonly waited: number;
  readonly stolen: readonly number[];
  readonly core: number;
}

function look(): Look {
  return { at: performance.now(), waited: waitedForCore(), stolen: stolen(), core: coreOfThread() };
}

const ownTask = `/proc/self/task/${process.pid}`;

/** Milliseconds for which the process's main thread could have run and had no core (Linux, sched-stats.rst: the second figure). */
function waitedForCore(): number {
  const [, waited] = readFileSync(`${ownTask}/schedstat`, 'latin1').split(' ');
  return Number(waited) / 1e6;
}

/** The core that the main thread runs on (Linux, proc_pid_stat(5): the 39th figure, of which the second may have blanks). */
function coreOfThread(): number {
  const stat = readFileSync(`${ownTask}/stat`, 'latin1');
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fromThird[36]);
}

/** Milliseconds that another machine had each core, in steps of ten: a tick is a hundredth of a second to user space. */
function stolen(): number[] {
  return stolenTicks(readFileSync('/proc/stat', 'latin1')).map((ticks) => ticks * 10);
}
