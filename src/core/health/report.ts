import type { HappeningKind } from '../journal/entry';
import type { ProjectRow } from '../model';
import type { HealthBoard } from './board';
import type { Crash } from './facts';
import { claim } from './snooze';
import { endOf } from './verdict';

/** What the monitor writes into the journal. `code`: the reason's, where one brought it about. */
export interface Report {
  readonly kind: Extract<HappeningKind, 'crashed' | 'recovered' | 'stale' | 'healed'>;
  readonly row: ProjectRow;
  readonly cause: string;
  readonly code: string | null;
}

export type Tell = (report: Report) => Promise<void>;

/** Tells of each thing once, whichever process was the monitor then: what was told is marked where all see it. */
export class Reporter {
  /** What this process knows to be told, so that the marks are not asked each time. */
  readonly #told = new Set<string>();
  /** Rows that were looked at: one that is the same object says the same. */
  readonly #seen = new WeakSet<ProjectRow>();
  /** The rows of the last time: one in its place there is not even asked for among the seen, of which there may be thousands. */
  #last: readonly ProjectRow[] = [];

  constructor(
    private readonly board: HealthBoard,
    private readonly tell: Tell,
  ) {}

  /** What the rows themselves tell: who turned stale, and who is down for good. */
  async snapshot(rows: readonly ProjectRow[]): Promise<void> {
    const before = this.#last;
    // Counted, since this goes through all of them at each event: pairs of an index and a row would be two thousand objects.
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index];
      if (row === undefined || row === before[index] || this.#seen.has(row)) continue;
      // One that the engine is about to start again is told once it runs, or stays down.
      const crash = row.reasons.find(({ code }) => code === 'crashed');
      if (crash !== undefined) await this.#once(row, 'crashed', crash.message, null, crash.since ?? '');
      for (const { code, message } of row.stale) await this.#once(row, 'stale', message, code, code);
      this.#seen.add(row);
    }
    this.#last = rows;
  }

  async crash(row: ProjectRow, crash: Crash | null): Promise<void> {
    if (crash === null) return;
    const times = crash.restarts > 1 ? ` for the ${ordinal(crash.restarts)} time` : '';
    const cause = `${endOf(crash.exitCode, crash.oomKilled)}; the engine started it again${times}`;
    await this.#once(row, 'recovered', cause, null, crash.at);
  }

  async healed(row: ProjectRow): Promise<void> {
    await this.tell({ kind: 'healed', row, cause: 'its sshd did not answer; the Line connects anew', code: null });
  }

  async #once(row: ProjectRow, kind: Report['kind'], cause: string, code: string | null, what: string): Promise<void> {
    const mark = `${kind} ${what}`;
    const key = `${row.container ?? ''} ${mark}`;
    if (row.container === null || this.#told.has(key)) return;
    this.#told.add(key);
    if (await claim(this.board, row.container, mark)) await this.tell({ kind, row, cause, code });
  }
}

function ordinal(count: number): string {
  return `${count}${({ 1: 'st', 2: 'nd', 3: 'rd' } as Readonly<Record<number, string>>)[count] ?? 'th'}`;
}
