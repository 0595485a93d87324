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
  #sorted: readonly ProjectRow[] = [];
  #places: ReadonlyMap<string, number> = new Map();

  /**
   * @param of all that the row is made of but the time, compared part by part by identity
   * @param make makes it; not called where all parts are the same
   */
  row(id: string, of: readonly unknown[], make: () => ProjectRow): ProjectRow {
    const kept = this.#kept.get(id);
    if (kept?.of.length === of.length && kept.of.every((part, index) => part === of[index])) return kept.row;
    const made = make();
    const row = kept !== undefined && isDeepStrictEqual(kept.row, made) ? kept.row : made;
    this.#kept.set(id, { of, row });
    return row;
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }

  /** Rows by name, then id; the same list where each row is the same as before. */
  sorted(rows: readonly ProjectRow[]): readonly ProjectRow[] {
    const before = this.#sorted;
    const placeOf = ({ id, name }: ProjectRow): number => {
      const place = this.#places.get(id);
      return place !== undefined && before[place]?.name === name ? place : -1;
    };
    const places = rows.map(placeOf);
    if (rows.length === before.length && places.every((place) => place >= 0)) {
      if (rows.every((row, index) => before[places[index] ?? -1] === row)) return before;
      const now = [...before];
      rows.forEach((row, index) => (now[places[index] ?? -1] = row));
      return (this.#sorted = now);
    }
    this.#sorted = [...rows].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
    this.#places = new Map(this.#sorted.map(({ id }, index) => [id, index]));
    return this.#sorted;
  }
}
