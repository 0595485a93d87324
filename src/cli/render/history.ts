import type { JournalEntry } from '../../core/journal/entry';
import { age, columns, duration } from './layout';
import { printable, type Style } from './style';

/** The journal as a person reads it: one line an entry, newest first. */
export function historyText(entries: readonly JournalEntry[], style: Style): string {
  if (entries.length === 0) return 'Nothing has happened yet.';
  const rows = entries.map(({ at, actor, kind, project, template, cause, ms }) => [
    `${age(at)} ago`,
    printable(project?.name ?? template ?? ''),
    kind.replace('_', ' '),
    `by ${actor}`,
    duration(ms),
    cause === null ? '' : printable(cause),
  ]);
  return columns([['WHEN', 'PROJECT', 'WHAT', 'WHO', 'TOOK', 'WHY'], ...rows], (text, column, row) => {
    if (row === 0) return style.dim(text);
    if (column === 2 && text === 'failed') return style.red(text);
    return column === 1 ? style.bold(text) : text;
  }).join('\n');
}
