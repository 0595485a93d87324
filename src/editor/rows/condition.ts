import type { ProjectRow } from '../../core/model';

/** What this window is doing to a project right now, in a word and, during a build, a step. */
export interface Busy {
  readonly verb: string;
  readonly step: string;
}

/** The one thing a row's icon, colour and words are about. */
export type Condition = 'busy' | 'unreachable' | 'healthy' | 'waiting' | 'attention' | 'broken' | 'stopped' | 'absent';

const working: readonly ProjectRow['state'][] = ['building', 'creating', 'removing'];

/** Pure: what is said first of a project. What this window does goes before a lost engine, a lost engine before old news. */
export function conditionOf(row: ProjectRow, engineLost: boolean, busy: Busy | undefined): Condition {
  if (busy !== undefined) return 'busy';
  if (engineLost) return 'unreachable';
  if (working.includes(row.state)) return 'busy';
  if (row.state === 'crashed' || row.health === 'unhealthy') return 'broken';
  if (row.state === 'absent') return 'absent';
  if (row.state !== 'running') return 'stopped';
  if (row.health === 'stale' || row.health === 'degraded') return 'attention';
  return row.health === 'healthy' ? 'healthy' : 'waiting';
}

/** Whether a person should look: what the badge counts. */
export function needsAttention(row: ProjectRow): boolean {
  const condition = conditionOf(row, false, undefined);
  return condition === 'broken' || condition === 'attention';
}

/** The words for a row's state: `healthy`, `stale: template changed: packages.apt +1`, `crashed: out of memory`. */
export function verdictOf(row: ProjectRow, busy: Busy | undefined): string {
  if (busy !== undefined) return busy.step === '' ? busy.verb : busy.step;
  if (row.state === 'stopped' && row.idleFor !== undefined) return `${row.state}: ${row.detail}`;
  if (row.state !== 'running') return row.state === 'crashed' && row.detail !== '' ? row.detail : row.state;
  if (row.health === 'stale') return `stale: ${staleWords(row) || row.detail}`;
  if (row.health === 'healthy') return 'healthy';
  if (row.health === 'unknown') return 'starting';
  return row.detail === '' ? row.health : `${row.health}: ${row.detail}`;
}

/** Why it is stale, but for what was put off. */
function staleWords({ reasons, stale }: ProjectRow): string {
  const off = new Set(reasons.flatMap(({ code, snoozed }) => (snoozed === null ? [] : [code])));
  return stale.flatMap(({ code, message }) => (off.has(code) ? [] : [message])).join(', ');
}
