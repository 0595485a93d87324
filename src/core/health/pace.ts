import type { ProjectRow } from '../model';

/** No container is probed more often than this, in milliseconds. */
export const probeMs = 60_000;
/** A probe by the engine's exec costs ten times one over a Line: of these there is at most one in so many milliseconds. */
const execMs = 5_000;

/**
 * When which container is probed. One to which this process has a Line open: each minute. The others take turns, so that
 * however many there are, only one process is started in that time; with up to a dozen that is each minute too.
 */
export class Pace {
  readonly #last = new Map<string, number>();
  #lastExec = Number.NEGATIVE_INFINITY;
  #others = 0;
  /** Something was probed since this was last set to false. */
  changed = false;

  constructor(private readonly hasLine: (container: string) => boolean) {}

  /** Who is to be probed now. `steady`: milliseconds of a clock that does not jump. Who was never probed comes first. */
  due(rows: readonly ProjectRow[], steady: number): readonly ProjectRow[] {
    const running = rows.filter((row) => row.state === 'running' && row.container !== null);
    const old = (row: ProjectRow): number => this.#last.get(row.container ?? '') ?? Number.NEGATIVE_INFINITY;
    const due = running.filter((row) => steady - old(row) >= probeMs);
    const near = due.filter((row) => this.hasLine(row.container ?? ''));
    const far = due.filter((row) => !near.includes(row)).sort((a, b) => old(a) - old(b));
    this.#others = running.filter((row) => !this.hasLine(row.container ?? '')).length;
    if (far[0] === undefined || steady - this.#lastExec < execMs) return near;
    this.#lastExec = steady;
    return [...near, far[0]];
  }

  probed(container: string, steady: number): void {
    this.#last.set(container, steady);
    this.changed = true;
  }

  /** Milliseconds after which a container's next probe is to be expected. */
  of(container: string): number {
    return this.hasLine(container) ? probeMs : Math.max(probeMs, this.#others * execMs);
  }

  forget(there: ReadonlySet<string | null>): void {
    for (const id of this.#last.keys()) if (!there.has(id)) this.#last.delete(id);
  }
}
