import type { RefreshResult, RollbackResult } from '../../core/refresh/types';
import { printable, type Style } from './style';

/** What came of a refresh, for a person. */
export function refreshText({ row, refreshed, previous, notices }: RefreshResult, style: Style): string {
  const name = style.bold(printable(row.name));
  if (!refreshed || previous === null) return `${name} is as its template says: there is nothing to refresh.`;
  return [
    ...notices.map((notice) => `${style.yellow('note:')} ${printable(notice)}`),
    `${name} ${style.green('is fresh')} (generation ${row.generation})`,
    `  back  berth rollback ${row.name}, until ${previous.keptUntil} at least`,
  ].join('\n');
}

/** What came of a refresh, for a program. `previous` is null where nothing was replaced. */
export function refreshJson({ refreshed, previous, timings, notices }: RefreshResult) {
  return {
    refreshed,
    previous: previous === null ? null : { generation: previous.generation, kept_until: previous.keptUntil },
    notices,
    timings_ms: Object.fromEntries(Object.entries(timings).map(([step, ms]) => [step, Math.round(ms)])),
  };
}

/** What came of a rollback, for a person. */
export function rollbackText({ row, aside, returned }: RollbackResult, style: Style): string {
  return [
    `${style.bold(printable(row.name))} is back at generation ${row.generation}; generation ${aside} is put aside.`,
    returned.length === 0
      ? 'The home folder and the workspace stay as they are: they belong to both.'
      : `Back with it: its own ${returned.map(printable).join(', ')}. What belongs to both stays as it is.`,
  ].join('\n');
}
