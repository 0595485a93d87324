import type { ProjectRow } from '../../core/model';
import { ageOf } from './age';
import { conditionOf, verdictOf } from './condition';
import type { Condition } from './condition';
import type { Look } from './look';
import type { ProjectFacts } from './project-facts';
import { tooltipOf } from './tooltip';

export const conditionIcons: Readonly<Record<Condition, { readonly icon: string; readonly color?: string }>> = {
  busy: { icon: 'loading~spin' },
  unreachable: { icon: 'debug-disconnect', color: 'disabledForeground' },
  healthy: { icon: 'vm-running', color: 'testing.iconPassed' },
  waiting: { icon: 'loading~spin' },
  attention: { icon: 'warning', color: 'list.warningForeground' },
  broken: { icon: 'error', color: 'list.errorForeground' },
  stopped: { icon: 'vm-outline', color: 'disabledForeground' },
  absent: { icon: 'add' },
};

/** How long a project's container has been as it is: all of its row that the time alone changes. `now`: milliseconds since the epoch. Pure. */
export function projectAge(row: Pick<ProjectRow, 'changed' | 'created'>, now: number): string {
  return ageOf(row.changed ?? row.created, now);
}

/** Pure: a project's row. */
export function projectLook(facts: ProjectFacts): Look {
  const { row, busy, now, engineLost } = facts;
  const condition = conditionOf(row, engineLost, busy);
  const age = busy === undefined && condition !== 'busy' ? projectAge(row, now) : '';
  const verdict = verdictOf(row, busy);
  const aged = age === '' ? '' : age === 'now' ? 'just now' : age;
  // `stopped 2 d` and `healthy · 3 h`, but a reason is long enough without the age.
  const said =
    row.state === 'stopped' && aged !== '' ? `${verdict}${row.idleFor === undefined ? '' : ','} ${aged}` : verdict;
  // A narrow sidebar cuts the end, so what may change comes first. The tooltip has all of it.
  const parts = condition === 'unreachable' ? ['engine unreachable', said] : [said];
  const memory = row.use?.memoryPercent ?? null;
  if (condition === 'healthy' && memory !== null) parts.push(`${Math.round(memory)} % mem`);
  // That it has just begun is no news beside what it uses.
  if (condition === 'healthy' && aged !== '' && (age !== 'now' || memory === null)) parts.push(aged);
  // A folder's own template often has the project's name: once is enough.
  if (row.template !== row.name) parts.push(row.template);
  return {
    label: row.name,
    description: parts.filter((part) => part !== '').join(' · '),
    ...conditionIcons[condition],
    context: contextOf(facts, condition),
    // The dearest part of a row, and few are looked at: made where it is read, or compared with all else the same.
    get tooltip(): string {
      return tooltipOf(facts, verdict);
    },
    spoken: [
      row.name,
      `template ${row.template}`,
      condition === 'unreachable' ? `engine unreachable, last known state ${verdict}` : verdict,
      ...(age === '' ? [] : [age === 'now' ? 'since just now' : `since ${age}`]),
    ].join(', '),
  };
}

function contextOf({ row, here }: ProjectFacts, condition: Condition): string {
  const tokens = ['project', condition === 'busy' ? 'busy' : row.state];
  if (condition === 'unreachable') tokens.push('unreachable');
  if (row.health === 'stale' || (row.state === 'running' && row.stale.length > 0)) tokens.push('stale');
  if (row.former !== null) tokens.push('canRollback');
  if (here) tokens.push('here');
  return tokens.join(' ');
}
