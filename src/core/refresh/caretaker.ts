import { BerthError, isCancelled, messageOf } from '../errors';
import type { Logger } from '../log';
import { noProgress } from '../log';
import type { ProjectRow } from '../model';
import type { Projects } from '../projects/types';

/** Milliseconds between two tries to refresh a container by itself, and between two looks at what is kept of it. */
const pause = { refresh: 10 * 60_000, kept: 60 * 60_000, halfDone: 30_000 };

/** Milliseconds by which the clock has to run ahead of, or behind, the time that passed to have jumped. */
const jumpMs = 10 * 60_000;

export interface CaretakerParts {
  readonly projects: Pick<Projects, 'refreshContainer' | 'tidy'>;
  /** Whether it may build and run for this project by itself: not for a folder that is not trusted. */
  readonly mayRefresh: (row: ProjectRow) => boolean;
  readonly log: Logger;
  /** Milliseconds of a clock that never jumps. */
  readonly steady?: () => number;
  /** Milliseconds since the epoch, of a clock that may. */
  readonly now?: () => number;
}

/** What is due for a project, the first in this order; null for nothing. Times of the last tries, in milliseconds. Pure. */
export function dueCare(
  row: ProjectRow,
  last: { readonly refresh: number; readonly kept: number; readonly halfDone: number },
  steady: number,
): 'halfDone' | 'refresh' | 'kept' | null {
  const isDue = (what: keyof typeof pause): boolean => steady - last[what] >= pause[what];
  if (row.halfDone) return isDue('halfDone') ? 'halfDone' : null;
  // What was put off is not told as health any more.
  const stale = row.state === 'running' && row.health === 'stale' && row.thresholds.onStale === 'refresh';
  if (stale && isDue('refresh')) return 'refresh';
  return row.former !== null && isDue('kept') ? 'kept' : null;
}

/**
 * What Berth does by itself, in the process that is the monitor: a stale container that nobody uses, and that would lose
 * nothing, is refreshed; what was cut short is put right; what was kept long enough goes.
 */
export class Caretaker {
  readonly #last = new Map<string, { refresh: number; kept: number; halfDone: number }>();
  readonly #steady: () => number;
  readonly #now: () => number;
  #seen: { readonly now: number; readonly steady: number } | undefined;
  #jumped = -Infinity;

  constructor(private readonly parts: CaretakerParts) {
    this.#steady = parts.steady ?? (() => performance.now());
    this.#now = parts.now ?? (() => Date.now());
  }

  /** One project after the other. A failure is for the log: the row and the journal say what a person has to know. */
  async turn(rows: readonly ProjectRow[], signal: AbortSignal): Promise<void> {
    this.#noticeJump();
    const steady = this.#steady();
    const never = { refresh: -Infinity, kept: this.#jumped, halfDone: -Infinity };
    for (const row of rows) {
      const last = this.#last.get(row.id) ?? never;
      const due = dueCare(row, last, steady);
      if (due === null || (due === 'refresh' && !this.parts.mayRefresh(row))) continue;
      this.#last.set(row.id, { ...last, [due]: this.#steady() });
      try {
        if (due === 'refresh') await this.parts.projects.refreshContainer(row, { unasked: true }, noProgress, signal);
        else await this.parts.projects.tidy(row, signal);
      } catch (error) {
        if (isCancelled(error)) return;
        const waits = error instanceof BerthError && error.code === 'refresh_waits';
        this.parts.log.log(waits ? 'debug' : 'warn', `${row.name}: ${messageOf(error)}`);
      }
    }
  }

  /** What was kept by a clock that has just jumped is kept for another while: the clock may be set right again. */
  #noticeJump(): void {
    const [before, seen] = [this.#seen, { now: this.#now(), steady: this.#steady() }];
    this.#seen = seen;
    if (before === undefined) return;
    const passed = seen.steady - before.steady;
    if (Math.abs(seen.now - before.now - passed) < jumpMs) return;
    this.#jumped = seen.steady;
    for (const [id, last] of this.#last) this.#last.set(id, { ...last, kept: seen.steady });
  }
}
