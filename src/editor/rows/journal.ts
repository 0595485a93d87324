import type { JournalEntry } from '../../core/journal/entry';
import type { ProjectsSnapshot } from '../../core/projects/types';
import { callText } from './calls';
import { verdictOf } from './condition';
import { rowChanges, type RowChange } from './row-changes';

/** One row of the Activity view. `at` in milliseconds since the epoch; `project` is empty for what concerns none. */
export interface Happening {
  readonly id: string;
  readonly at: number;
  readonly project: string;
  readonly text: string;
  readonly icon: string;
  /** Who did it, where that is known. */
  readonly by?: string;
  /** What the journal has of it; left out for what only this window noticed, and for what stands for several. */
  readonly entry?: JournalEntry;
  /** What it stands for, newest first. */
  readonly children?: readonly Happening[];
  /** A change that may be part of what the journal tells: shown only where that does not explain it. */
  readonly change?: boolean;
}

export type News = Omit<Happening, 'id' | 'at'>;

const told = {
  image_built: ['image built', 'package'],
  created: ['container created', 'vm'],
  replaced: ['container replaced', 'vm'],
  refreshed: ['refreshed', 'sync'],
  rolled_back: ['rolled back', 'discard'],
  snapshot_made: ['snapshot made', 'save'],
  snapshot_restored: ['put back to a snapshot', 'discard'],
  snapshot_removed: ['snapshot removed', 'trash'],
  changes_accepted: ['an agent’s changes accepted', 'check'],
  changes_discarded: ['an agent’s changes discarded', 'trash'],
  started: ['started', 'vm-running'],
  stopped: ['stopped', 'vm-outline'],
  restarted: ['restarted', 'debug-restart'],
  removed: ['removed', 'trash'],
  relinked: ['relinked', 'link'],
  access_granted: ['git access granted', 'key'],
  access_revoked: ['git access revoked', 'key'],
  access_used: ['git access used', 'key'],
  access_refused: ['git access refused', 'key'],
  stale: ['stale', 'warning'],
  crashed: ['stays down', 'error'],
  recovered: ['started again after a crash', 'debug-restart'],
  healed: ['mended', 'pulse'],
  session_started: ['session began', 'remote'],
  session_ended: ['session ended', 'debug-disconnect'],
  tool_called: ['tool called', 'tools'],
  failed: ['failed', 'error'],
} as const satisfies Record<JournalEntry['kind'], readonly [string, string]>;

const who = {
  user: 'the editor',
  cli: 'the command line',
  agent: 'an agent',
  monitor: 'Berth',
} as const satisfies Record<JournalEntry['actor'], string>;

/** How much earlier or later than an action itself the engine's events of it may be seen, in milliseconds. */
const aroundMs = 3_000;

/** Pure: the journal, and what this window alone noticed, as one list, newest first. */
export function happenings(journal: readonly JournalEntry[], news: readonly Happening[]): Happening[] {
  const ids = idsOf(journal);
  const written = journal.map((entry, index): Happening => {
    const [words, icon] = told[entry.kind];
    return {
      id: ids[index] ?? '',
      at: Date.parse(entry.at),
      project: entry.project?.name ?? entry.template ?? '',
      text: callText(entry) ?? (entry.cause === null ? words : `${words}: ${entry.cause}`),
      icon: entry.kind === 'tool_called' && entry.code !== null ? 'error' : icon,
      by: who[entry.actor],
      entry,
    };
  });
  const explained = ({ project, at, change }: Happening): boolean =>
    change === true &&
    journal.some((entry) => {
      if (entry.kind === 'tool_called') return false;
      const end = Date.parse(entry.at);
      return entry.project?.name === project && at > end - entry.ms - aroundMs && at < end + aroundMs;
    });
  const unexplained = news.filter((one) => !explained(one));
  return [...written, ...unexplained].sort((a, b) => b.at - a.at);
}

/** Two calls may end in the same millisecond; they are told apart from the oldest on, so that each keeps its id. */
function idsOf(journal: readonly JournalEntry[]): string[] {
  const seen = new Map<string, number>();
  const ids = [...journal].reverse().map(({ at, kind, project, template }) => {
    const id = `${at} ${kind} ${project?.id ?? template ?? ''}`;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id} ${count}`;
  });
  return ids.reverse();
}

const icons: Readonly<Record<string, string>> = { running: 'vm-running', stopped: 'vm-outline', crashed: 'error' };

/** Pure: what changed between two snapshots, as a person would tell it. The first list is no news. */
export function newsBetween(
  before: ProjectsSnapshot,
  after: ProjectsSnapshot,
  changes: readonly RowChange[] = rowChanges(before.rows, after.rows),
): News[] {
  const news: News[] = [];
  if (before.engine === 'connected' && after.engine === 'unreachable') {
    news.push({ project: '', text: 'Engine lost', icon: 'debug-disconnect' });
  }
  if (before.engine === 'unreachable' && after.engine === 'connected') {
    news.push({ project: '', text: 'Engine back', icon: 'plug' });
  }
  if (!before.loaded || !after.loaded) return news;
  for (const { before: was, after: row } of changes) {
    if (row === undefined) {
      if (was?.container != null) news.push({ project: was.name, text: 'container gone', icon: 'trash', change: true });
      continue;
    }
    const icon = icons[row.state];
    // What is on its way is no news: the row spins, and what comes of it is told.
    if (icon === undefined || (row.state === 'running' && row.health === 'unknown')) continue;
    if (was?.state === row.state && was.health === row.health && was.container === row.container) continue;
    const change = row.state === 'stopped' || row.health === 'healthy';
    news.push({ project: row.name, text: verdictOf(row, undefined), icon, change });
  }
  return news;
}
