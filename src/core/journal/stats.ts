import type { JournalEntry } from './entry';

/** What the journal comes to. Durations in milliseconds; null where there is nothing to measure. */
export interface JournalStats {
  /** ISO 8601 instants of the oldest and the newest entry; null for an empty journal. */
  readonly from: string | null;
  readonly to: string | null;
  readonly entries: number;
  /** How many containers were made by each template, the most used first. */
  readonly templates: readonly { readonly name: string; readonly containers: number }[];
  /** How long containers stayed stale until they were replaced. */
  readonly staleToFresh: Spread;
  /** How often containers were replaced. `causes`: by the reason's code that was told before, `asked` where none was. */
  readonly refreshes: {
    readonly count: number;
    readonly causes: readonly { readonly code: string; readonly count: number }[];
  };
  readonly crashes: { readonly recovered: number; readonly stayedDown: number };
  /** Sessions that ended, by their lengths. */
  readonly sessions: Spread & { readonly totalMs: number };
}

/** Several durations in three figures. */
export interface Spread {
  readonly count: number;
  readonly medianMs: number | null;
  readonly longestMs: number | null;
}

const made: readonly string[] = ['created', 'replaced', 'refreshed'];
const replaced: readonly string[] = ['replaced', 'refreshed'];

/** Counts over a journal, in whatever order its entries come. Pure. */
export function journalStats(journal: readonly JournalEntry[]): JournalStats {
  const entries = [...journal].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const kinds = (...names: readonly string[]): JournalEntry[] => entries.filter(({ kind }) => names.includes(kind));
  const sessions = kinds('session_ended').map(({ ms }) => ms);
  const waits = refreshesOf(entries);
  return {
    from: entries[0]?.at ?? null,
    to: entries.at(-1)?.at ?? null,
    entries: entries.length,
    templates: counted(kinds(...made).flatMap(({ template }) => template ?? [])).map(([name, containers]) => ({
      name,
      containers,
    })),
    staleToFresh: spreadOf(waits.flatMap(({ waited }) => waited ?? [])),
    refreshes: {
      count: waits.length,
      causes: counted(waits.flatMap(({ codes }) => codes)).map(([code, count]) => ({ code, count })),
    },
    crashes: { recovered: kinds('recovered').length, stayedDown: kinds('crashed').length },
    sessions: { ...spreadOf(sessions), totalMs: sessions.reduce((sum, ms) => sum + ms, 0) },
  };
}

/** Each replacement with what was told of its project's staleness since the one before. */
function refreshesOf(entries: readonly JournalEntry[]): { codes: string[]; waited: number | null }[] {
  const stale = new Map<string, { since: number; codes: Set<string> }>();
  const found: { codes: string[]; waited: number | null }[] = [];
  for (const { kind, project, at, code } of entries) {
    const id = project?.id ?? '';
    const known = stale.get(id);
    if (kind === 'stale') {
      const codes = new Set([...(known?.codes ?? []), code ?? 'unknown']);
      stale.set(id, { since: known?.since ?? Date.parse(at), codes });
    } else if (replaced.includes(kind)) {
      const waited = known === undefined ? null : Math.max(0, Date.parse(at) - known.since);
      found.push({ codes: known === undefined ? ['asked'] : [...known.codes], waited });
      stale.delete(id);
    } else if (kind === 'created' || kind === 'removed') stale.delete(id);
  }
  return found;
}

/** How often each occurs, the most frequent first, then by name. */
function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
}

function spreadOf(durations: readonly number[]): Spread {
  const sorted = [...durations].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  const medianMs = low === undefined || high === undefined ? null : Math.round((low + high) / 2);
  return { count: sorted.length, medianMs, longestMs: sorted.at(-1) ?? null };
}
