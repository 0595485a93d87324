import type { ProjectsSnapshot } from '../../core/projects/types';
import { verdictOf } from './condition';

/** Something that happened in this session, for the Activity view. */
export interface Happening {
  readonly id: number;
  readonly at: number;
  readonly project: string;
  readonly text: string;
  readonly icon: string;
}

type News = Omit<Happening, 'id' | 'at'>;

const icons: Readonly<Record<string, string>> = {
  running: 'vm-running',
  stopped: 'vm-outline',
  crashed: 'error',
};

/** Pure: what changed between two snapshots, as a person would tell it. The first list is no news. */
export function newsBetween(before: ProjectsSnapshot, after: ProjectsSnapshot): News[] {
  const news: News[] = [];
  if (before.engine === 'connected' && after.engine === 'unreachable') {
    news.push({ project: '', text: 'Engine lost', icon: 'debug-disconnect' });
  }
  if (before.engine === 'unreachable' && after.engine === 'connected') {
    news.push({ project: '', text: 'Engine back', icon: 'plug' });
  }
  if (!before.loaded) return news;
  const known = new Map(before.rows.map((row) => [row.id, row]));
  for (const row of after.rows) {
    const was = known.get(row.id);
    known.delete(row.id);
    const icon = icons[row.state];
    // What is on its way is no news: the row spins, and what comes of it is told.
    if (icon === undefined || (row.state === 'running' && row.health === 'unknown')) continue;
    if (was?.state === row.state && was.health === row.health && was.container === row.container) continue;
    news.push({ project: row.name, text: verdictOf(row, undefined), icon });
  }
  for (const row of known.values())
    if (row.container !== null) news.push({ project: row.name, text: 'container gone', icon: 'trash' });
  return news;
}
