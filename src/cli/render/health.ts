import type { JournalStats, Spread } from '../../core/journal/stats';
import type { ProjectRow } from '../../core/model';
import type { Result } from '../result';
import { columns, duration } from './layout';
import { printable, type Style } from './style';

/** A line a reason, the worst first. */
export function reasonLines({ reasons }: ProjectRow, style: Style): string[] {
  return reasons.map(({ health, code, message, snoozed }) => {
    const off = snoozed === null ? '' : style.dim(` (put off until ${snoozed})`);
    const paint = snoozed !== null ? style.dim : health === 'unhealthy' ? style.red : style.yellow;
    return `  ${paint(`${health}:`)} ${printable(message)} ${style.dim(code)}${off}`;
  });
}

export function snoozedText({ row, code, until }: Extract<Result, { kind: 'snoozed' }>): string {
  const name = printable(row.name);
  return until === null ? `${code} of ${name} counts again.` : `${code} of ${name} is put off until ${until}.`;
}

/** `berth history --stats` for a person. */
export function statsText(stats: JournalStats, style: Style): string {
  if (stats.from === null) return 'Nothing has happened yet.';
  const counts = (all: readonly (readonly [string, number])[]): string =>
    all.length === 0 ? 'none' : all.map(([name, count]) => `${printable(name)} ${count}`).join(', ');
  const { templates, refreshes, staleToFresh, crashes, sessions } = stats;
  const causes = counts(refreshes.causes.map(({ code, count }) => [code, count]));
  const total = sessions.count === 0 ? '' : `; ${duration(sessions.totalMs)} in all`;
  const rows = [
    ['entries', `${stats.entries}, since ${stats.from}`],
    ['templates', counts(templates.map(({ name, containers }) => [name, containers]))],
    ['refreshes', refreshes.count === 0 ? 'none' : `${refreshes.count} (${causes})`],
    ['stale to fresh', spreadText(staleToFresh)],
    ['crashes', `${crashes.recovered} recovered, ${crashes.stayedDown} stayed down`],
    ['sessions', spreadText(sessions) + total],
  ];
  return columns(rows, (text, column) => (column === 0 ? style.bold(text) : text)).join('\n');
}

function spreadText({ count, medianMs, longestMs }: Spread): string {
  if (medianMs === null || longestMs === null) return 'none';
  return `${count}, median ${duration(medianMs)}, longest ${duration(longestMs)}`;
}

/** The same as JSON; its keys are a contract: docs/cli.md. */
export function statsJson(stats: JournalStats): Readonly<Record<string, unknown>> {
  const { from, to, entries, templates, refreshes, staleToFresh, crashes, sessions } = stats;
  return {
    from,
    to,
    entries,
    templates,
    refreshes,
    stale_to_fresh: spreadJson(staleToFresh),
    crashes: { recovered: crashes.recovered, stayed_down: crashes.stayedDown },
    sessions: { ...spreadJson(sessions), total_ms: sessions.totalMs },
  };
}

function spreadJson({ count, medianMs, longestMs }: Spread): Readonly<Record<string, unknown>> {
  return { count, median_ms: medianMs, longest_ms: longestMs };
}
