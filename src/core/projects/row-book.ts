import { isDeepStrictEqual } from 'node:util';
import type { ProjectRow } from '../model';

interface Kept {
  readonly of: readonly unknown[];
  readonly row: ProjectRow;
}

/**
 * The rows of a snapshot, each made anew only when something that it is made of is another, and the same object for as
 * long as it says the same: so one project's event costs one row, and who shows rows can tell by identity which to draw.
 */
export class RowBook {
  readonly #kept = new Map<string, Kept>();
  /** By name, then id; null where a project came, went or has another name. */
  #sorted: readonly ProjectRow[] | null = [];
  #places: ReadonlyMap<string, number> = new Map();
  /** Changed since the list was made. */
  readonly #changed = new Set<string>();

  get(id: string): ProjectRow | undefined {
    return this.#kept.get(id)?.row;
  }

  get ids(): Iterable<string> {
    return this.#kept.keys();
  }

  /**
   * @param of all that the row is made of but the time, compared part by part by identity
   * @param make makes it; not called where all parts are the same
   */
  put(id: string, of: readonly unknown[], make: () => ProjectRow): void {
    const kept = this.#kept.get(id);
    if (kept?.of.length === of.length && kept.of.every((part, index) => part === of[index])) return;
    const made = make();
    const row = kept !== undefined && isDeepStrictEqual(kept.row, made) ? kept.row : made;
    this.#kept.set(id, { of, row });
    if (row === kept?.row) return;
    if (row.name === kept?.row.name) this.#changed.add(id);
    else this.#sorted = null;
  }

  forget(id: string): void {
    if (this.#kept.delete(id)) this.#sorted = null;
  }

  /** Rows by name, then id; the same list where each row is the same as before. */
  get rows(): readonly ProjectRow[] {
    if (this.#sorted === null) {
      const all = [...this.#kept.values()].map(({ row }) => row);
      this.#sorted = all.sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
      this.#places = new Map(this.#sorted.map(({ id }, index) => [id, index]));
    } else if (this.#changed.size > 0) {
      const now = [...this.#sorted];
      for (const id of this.#changed) {
        const [place, row] = [this.#places.get(id), this.get(id)];
        if (place !== undefined && row !== undefined) now[place] = row;
      }
      this.#sorted = now;
    }
    this.#changed.clear();
    return this.#sorted;
  }
}
