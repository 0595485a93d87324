import type { ProjectRow } from '../../core/model';

/** One project that is another than before: came (`before` is undefined), went (`after` is), or has another row. */
export interface RowChange {
  readonly before: ProjectRow | undefined;
  readonly after: ProjectRow | undefined;
}

/**
 * What is different between two lists of rows, by identity, in the later one's order; what went comes last. Told once for
 * all who would otherwise each go through a thousand rows to find the one that an event was about. Pure.
 */
export function rowChanges(before: readonly ProjectRow[], after: readonly ProjectRow[]): readonly RowChange[] {
  if (before === after) return [];
  if (before.length === after.length) {
    const changes: RowChange[] = [];
    // Counted, since this goes through all of them at each event: a walk by a function takes several times as long.
    for (let index = 0; index < after.length; index += 1) {
      if (before[index] !== after[index]) changes.push({ before: before[index], after: after[index] });
    }
    if (changes.every((change) => change.before?.id === change.after?.id)) return changes;
  }
  const known = new Map(before.map((row) => [row.id, row]));
  const came = after.flatMap((row) => {
    const was = known.get(row.id);
    known.delete(row.id);
    return was === row ? [] : [{ before: was, after: row }];
  });
  return [...came, ...[...known.values()].map((row) => ({ before: row, after: undefined }))];
}
