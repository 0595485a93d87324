import type { ProjectRow } from '../../core/model';
import type { RowChange } from './row-changes';

/** Something that is true of a row or not, by the row alone. */
export type RowTest = (row: ProjectRow) => boolean;

/**
 * Rows by what views ask of them at every change. Kept from one snapshot to the next: an event is about one row, and each
 * who asks would go through a thousand to find that nothing is another for him.
 */
export class RowIndex {
  #rows: readonly ProjectRow[] = [];
  readonly #byId = new Map<string, ProjectRow>();
  readonly #found = new Map<RowTest, readonly ProjectRow[]>();

  /** @param changes all that is different from the rows taken before */
  take(rows: readonly ProjectRow[], changes: readonly RowChange[]): void {
    this.#rows = rows;
    for (const { before, after } of changes) {
      if (after !== undefined) this.#byId.set(after.id, after);
      else if (before !== undefined) this.#byId.delete(before.id);
    }
    for (const test of this.#found.keys()) if (touches(changes, test)) this.#found.delete(test);
  }

  get(id: string): ProjectRow | undefined {
    return this.#byId.get(id);
  }

  /** The rows of which it is true, in their order; the same list while none of them changes. `test`: the same object each time. */
  which(test: RowTest): readonly ProjectRow[] {
    const known = this.#found.get(test);
    if (known !== undefined) return known;
    const found = this.#rows.filter(test);
    this.#found.set(test, found);
    return found;
  }
}

/** Whether one that changed is such a row, or was one. Pure. */
export function touches(changes: readonly RowChange[], test: RowTest): boolean {
  return changes.some(({ before, after }) => (before && test(before)) === true || (after && test(after)) === true);
}

/** An agent's own container. Pure. */
export const isAgents: RowTest = ({ agent }) => agent !== undefined;
