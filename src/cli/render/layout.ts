import { width } from './width';

type Paint = (text: string, column: number, row: number) => string;

/** Lays cells out in columns, two spaces between; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[], paint: Paint = (text) => text): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, width(cell))));
  }
  return rows.map((row, rowIndex) =>
    row
      .map((cell, column) => {
        const padding = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - width(cell));
        return paint(cell, column, rowIndex) + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** How long ago: `3 h`, in the largest unit that is not nothing. */
export function age(iso: string | null, now = Date.now()): string {
  if (iso === null) return '';
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return '';
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A duration: `0.4 s`, `12.3 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
