import type { ProjectRow } from '../../core/model';
import { stopsWhenIdle } from '../../core/idle/words';
import { escapeMarkdown } from './markdown';
import type { ProjectFacts } from './project-facts';
import { counting, remedyFor, useText } from './reasons';

export { escapeMarkdown } from './markdown';

/** Inline code for any text; a table's bar is the only character that code does not protect. */
function code(text: string): string {
  return `\`${text.replaceAll('`', 'ˋ').replaceAll('|', '\\|').replaceAll('\n', ' ')}\``;
}

/** A small table: what a person asks next about a container, with the next action last. */
export function tooltipOf({ row, engineLost, busy }: ProjectFacts, verdict: string): string {
  const facts: [string, string][] = [['State', escapeMarkdown(verdict)]];
  for (const { health, message, snoozed } of row.reasons) {
    const name = `${health.slice(0, 1).toUpperCase()}${health.slice(1)} because`;
    facts.push([name, escapeMarkdown(snoozed === null ? message : `${message} (put off)`)]);
  }
  const use = useText(row);
  if (use !== '') facts.push(['Use', escapeMarkdown(use)]);
  facts.push(['Template', escapeMarkdown(row.template)]);
  if (row.image !== '') facts.push(['Image', code(row.image)]);
  if (row.container !== null) facts.push(['Generation', String(row.generation)]);
  if (row.restored !== undefined) facts.push(['Restored from', `snapshot ${code(row.restored)}`]);
  facts.push(['Folder', code(row.folder)], ['SSH', code(`ssh ${row.alias}`)]);
  if (row.stopsAfterMs !== undefined) facts.push(['Idle', stopsWhenIdle(row.stopsAfterMs)]);
  const secrets = row.secrets.filter((secret) => secret.state === 'injected').map((secret) => secret.name);
  if (secrets.length > 0) facts.push(['Secrets', escapeMarkdown(secrets.join(', '))]);
  if (row.user === 'root') facts.push(['User', 'root: the folder is root’s, or the engine runs as you']);
  const next = nextAction(row, engineLost, busy !== undefined);
  const table = facts.map(([name, value]) => `| ${name} | ${value} |`).join('\n');
  return `**${escapeMarkdown(row.name)}**\n\n| | |\n|---|---|\n${table}\n\n${next}`;
}

function nextAction(row: ProjectRow, engineLost: boolean, busy: boolean): string {
  const { state, health } = row;
  if (engineLost)
    return 'The engine does not answer; this is the last known state. Run the doctor, or start the engine.';
  if (busy) return 'Under way. The project’s output channel has the detail.';
  const worst = counting(row)[0];
  if (worst !== undefined && (state === 'running' || state === 'crashed')) return remedyFor(worst.code).advice;
  if (state === 'stopped' || state === 'crashed') return 'Start it to work in it again.';
  if (health === 'stale') return 'Refresh it to have what the template says now.';
  if (health === 'degraded') return 'It can be used. Mend the cause; Up goes on at the command that failed.';
  if (state === 'running') return 'Run a command in it, open a terminal, or open it in a window of its own.';
  return '';
}
