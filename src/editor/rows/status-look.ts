import type { ProjectRow } from '../../core/model';
import { conditionIcons } from './project-look';
import { conditionOf, verdictOf } from './condition';
import type { Busy } from './condition';
import { escapeMarkdown } from './markdown';
import { counting, remedyFor } from './reasons';

export interface StatusLook {
  readonly text: string;
  readonly background: 'warning' | 'error' | null;
  /** Markdown with command links. */
  readonly tooltip: string;
  readonly spoken: string;
}

export interface StatusFacts {
  /** This window's project; undefined hides the item, unless a container is being made for `name`. */
  readonly row: ProjectRow | undefined;
  readonly name: string;
  readonly engineLost: boolean;
  readonly busy: Busy | undefined;
  /** The likeliest actions, as label and command id. */
  readonly actions: readonly { readonly label: string; readonly command: string }[];
}

/** Pure: the status bar item, or null where the window has no project and no container. */
export function statusLook(facts: StatusFacts): StatusLook | null {
  const { row, busy } = facts;
  if (row === undefined) {
    return busy === undefined ? null : look(facts, 'loading~spin', `${facts.name}: ${busy.step || busy.verb}`, null);
  }
  const condition = conditionOf(row, facts.engineLost, busy);
  const { icon } = conditionIcons[condition];
  switch (condition) {
    case 'busy':
      return look(facts, icon, `${row.name}: ${verdictOf(row, busy)}`, null);
    case 'unreachable':
      return look(facts, icon, 'engine unreachable', null);
    case 'attention':
      return look(facts, icon, `${row.name}: ${row.health}`, 'warning');
    case 'broken':
      return look(facts, icon, `${row.name}: ${row.state === 'crashed' ? 'crashed' : 'unhealthy'}`, 'error');
    case 'stopped':
      return look(facts, icon, `${row.name}: ${row.state}`, null);
    case 'waiting':
      return look(facts, icon, `${row.name}: starting`, null);
    case 'healthy':
    case 'absent':
      return look(facts, icon, row.name, null);
  }
}

function look(facts: StatusFacts, icon: string, text: string, background: StatusLook['background']): StatusLook {
  const { row, busy, engineLost } = facts;
  const verdict = row === undefined ? (busy?.verb ?? '') : verdictOf(row, busy);
  const about = row === undefined ? '' : ` — ${escapeMarkdown(`${row.template} · ${verdict}`)}`;
  const lost = engineLost ? '\n\nThe engine does not answer; this is the last known state.' : '';
  const reasons = row === undefined ? '' : reasonLines(row);
  const links = facts.actions.map(({ label, command }) => `[${label}](command:${command})`).join(' · ');
  return {
    text: `$(${icon}) ${text}`,
    background,
    tooltip: `**${escapeMarkdown(facts.name)}**${about}${lost}\n${reasons}\n\n${links}`,
    spoken: `Berth: ${facts.name}, ${engineLost ? `engine unreachable, last known state ${verdict}` : verdict}`,
  };
}

/** Each reason on a line of its own, and under them what to do about the worst. */
function reasonLines(row: ProjectRow): string {
  const told = counting(row);
  const lines = told.map(({ message }) => `\n- ${escapeMarkdown(message)}`).join('');
  const [worst] = told;
  return worst === undefined ? '' : `${lines}\n\n${escapeMarkdown(remedyFor(worst.code).advice)}`;
}
