import type { ProjectRow } from '../../core/model';
import { shellQuote } from '../../core/quote';
import type { Result } from '../result';
import { acceptedText, changesText, discardedText, worktreesText } from './agents';
import { builtText } from './built';
import { convertText } from './convert';
import { age, columns } from './layout';
import { doctorText } from './doctor';
import { gcText } from './gc';
import { grantedText } from './git';
import { agentSecretsText, grantsText, revokedText } from './grants';
import { snoozedText, statsText } from './health';
import { historyText } from './history';
import { planText } from './plan';
import { refreshText, rollbackText } from './refresh';
import { secretsText } from './secrets';
import { serviceText } from './services';
import { restoredText, restorePlanText, snapshotsRemovedText, snapshotsText, snapshotText } from './snapshots';
import { statusText } from './status';
import { copiedText } from './storage';
import { paintState, printable, type Style } from './style';

/** What a person reads on stdout when a verb is done; without its last line end. */
export function resultText(result: Exclude<Result, { kind: 'exit' }>, style: Style): string {
  switch (result.kind) {
    case 'up':
      return upText(result.up, style);
    case 'list':
      return listText(result.rows, style);
    case 'status':
      return statusText(result.detail, result.ports, result.services, result.git, result.storage, style);
    case 'plan':
      return planText(result.plan, style);
    case 'service':
      return serviceText(result.service);
    case 'changed':
      return `${printable(result.row.name)} is ${result.verb}.`;
    case 'refreshed':
      return refreshText(result.result, style);
    case 'rolled_back':
      return rollbackText(result.result, style);
    case 'snapshot':
      return snapshotText(result);
    case 'snapshots':
      return snapshotsText(result);
    case 'restored':
      return restoredText(result, style);
    case 'restore_plan':
      return restorePlanText(result);
    case 'snapshots_removed':
      return snapshotsRemovedText(result);
    case 'removed':
      return removedText(result);
    case 'worktrees':
      return worktreesText(result, style);
    case 'worktree_changes':
      return changesText(result, style);
    case 'accepted':
      return acceptedText(result);
    case 'discarded':
      return discardedText(result);
    case 'secrets':
      return secretsText(result.row, result.secrets, style);
    case 'granted':
      return grantedText(result.row, result.access);
    case 'revoked':
      return revokedText(result);
    case 'agent_secrets':
      return agentSecretsText(result);
    case 'grants':
      return grantsText(result, style);
    case 'copied':
      return copiedText(result);
    case 'relinked':
      return `${printable(result.to.name)} now lives in ${printable(result.to.folder)}.\nNext: berth up ${shellQuote(printable(result.to.folder))}`;
    case 'built':
      return builtText(result);
    case 'templates':
      return templatesText(result.entries, style);
    case 'valid':
      return `${printable(result.file)} is valid.`;
    case 'dockerfile':
      return dockerfileText(result);
    case 'converted':
      return convertText(result.converted, style);
    case 'log_lines':
      return result.lines.map(({ text }) => text).join('\n');
    case 'ssh_config_text':
      return result.text.trimEnd();
    case 'ssh_config':
      return sshConfigText(result);
    case 'history':
      return historyText(result.entries, style);
    case 'history_stats':
      return statsText(result.stats, style);
    case 'snoozed':
      return snoozedText(result);
    case 'gc':
      return gcText(result.plan, result.pruned);
    case 'doctor':
      return doctorText(result.report, style);
  }
}

/** A Dockerfile of the user's own is only named: it is theirs, and built as it stands. */
function dockerfileText({ plan }: Of<'dockerfile'>): string {
  const { own } = plan;
  const first = own === undefined ? [] : [`# ${own.tag} is built first, from ${printable(own.file)}`];
  return [...first, plan.dockerfile.trimEnd()].join('\n');
}

type Of<K extends Result['kind']> = Extract<Result, { kind: K }>;

function upText({ row, ssh, reused, notices }: Of<'up'>['up'], style: Style): string {
  const state = `${reused ? 'is already' : 'is'} ${row.state}`;
  const facts = [row.template, `generation ${row.generation}`, row.health].map(printable).join(', ');
  return [
    ...notices.map((notice) => `${style.yellow('note:')} ${printable(notice)}`),
    `${style.bold(printable(row.name))} ${style.green(state)} (${facts})`,
    `  ssh   ${printable(ssh.command)}`,
    `  next  berth exec -p ${shellQuote(row.name)} -- CMD…, or berth shell ${shellQuote(row.name)}`,
  ].join('\n');
}

function listText(rows: readonly ProjectRow[], style: Style): string {
  if (rows.length === 0) return 'No project has a container yet. Make one: berth up DIR';
  const of = (kind: 'project' | 'agent') => rows.filter(({ agent }) => (agent === undefined) === (kind === 'project'));
  const parts = [rowsText(of('project'), 'NAME', style), rowsText(of('agent'), 'AGENT', style)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function rowsText(rows: readonly ProjectRow[], heading: string, style: Style): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => [
    printable(row.name),
    row.state,
    row.health === 'unknown' ? '-' : row.health,
    printable(row.template),
    age(row.created),
    printable(row.folder),
  ]);
  return columns([[heading, 'STATE', 'HEALTH', 'TEMPLATE', 'AGE', 'FOLDER'], ...cells], (text, column, row) => {
    if (row === 0) return style.dim(text);
    if (column === 1 || column === 2) return paintState(text, style);
    return column === 0 ? style.bold(text) : text;
  }).join('\n');
}

function removedText({ row, kept, deleted }: Of<'removed'>): string {
  const list = (names: readonly string[]) => names.map(printable).join(', ');
  return [
    `${printable(row.name)} is removed.`,
    ...(kept.length === 0 ? [] : [`Kept: ${list(kept)}; the next "berth up" takes them up again.`]),
    ...(deleted.length === 0 ? [] : [`Deleted: ${list(deleted)}.`]),
  ].join('\n');
}

function templatesText(entries: Of<'templates'>['entries'], style: Style): string {
  if (entries.length === 0) return 'There are no templates.';
  const cells = entries.map(({ name, origin, description, problems }) => [
    printable(name),
    origin,
    problems.length === 0 ? printable(description) : `${problems.length} errors: see berth validate`,
  ]);
  return columns(cells, (text, column) =>
    column === 0 ? style.bold(text) : column === 1 ? style.dim(text) : text,
  ).join('\n');
}

function sshConfigText({ action, status: { userConfig, ownConfig } }: Of<'ssh_config'>): string {
  return action === 'install'
    ? `${printable(userConfig)} now includes ${printable(ownConfig)}. Undo: berth ssh-config remove`
    : `${printable(userConfig)} no longer includes ${printable(ownConfig)}.`;
}
