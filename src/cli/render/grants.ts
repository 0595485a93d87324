import type { AgentSecret, GrantTarget } from '../../core/secrets/agent-secrets-types';
import type { Result } from '../result';
import { age, columns } from './layout';
import { gitJson, gitText, revokedText as gitRevokedText } from './git';
import { printable, type Style } from './style';

type Json = Readonly<Record<string, unknown>>;
type Of<K extends Result['kind']> = Extract<Result, { kind: K }>;

/** What `berth grant --secret` prints. */
export function agentSecretsText({ target, secrets }: Of<'agent_secrets'>): string {
  const all = secrets.map(({ name, from }) => `${name} (${printable(from)})`);
  return `${whose(target)} may now have ${all.join(', ')}.`;
}

/** What `berth grant --list` prints. */
export function grantsText({ target, secrets, git }: Of<'grants'>, style: Style): string {
  const head = git === null ? [] : [`Git: ${gitText(git)}`];
  if (secrets.length === 0) return [...head, `${whose(target)} are granted no secrets.`].join('\n');
  const cells = secrets.map((one) => [
    one.name,
    stateText(one),
    one.path ?? 'environment',
    one.from,
    one.by === null ? '' : `by ${one.by}`,
  ]);
  const rows = [['SECRET', 'FOR AGENTS', 'AS', 'FROM', ''], ...cells.map((line) => line.map(printable))];
  const paint = (text: string, column: number, at: number): string => {
    if (at === 0) return style.dim(text);
    if (column !== 1) return text;
    return text.startsWith('granted') ? style.green(text) : style.dim(text);
  };
  return [...head, ...columns(rows, paint)].join('\n');
}

/** What `berth revoke` prints. */
export function revokedText({ target, had, secrets }: Of<'revoked'>): string {
  if (secrets.length === 0) {
    if (target.kind === 'project' && target.row !== null) return gitRevokedText(target.row, had);
    return `${whose(target)} had been granted nothing.`;
  }
  const git = had && target.kind === 'project' && target.row !== null ? [gitRevokedText(target.row, had)] : [];
  return [
    ...git,
    `${whose(target)} may no longer have ${secrets.join(', ')}; those that run have lost it.`,
    'What a program read before it may have kept: change it at its source where that matters.',
  ].join('\n');
}

/** The JSON of all three; a contract. */
export function targetJson(target: GrantTarget): Json {
  if (target.kind === 'template') return { project: null, template: target.name };
  const { id, name, folder } = target.project;
  return { project: { id, name, folder } };
}

export function grantsJson({ target, secrets, git }: Of<'grants'>): Json {
  return { ...targetJson(target), git: git === null ? null : gitJson(git), secrets: secrets.map(agentSecretJson) };
}

/** One secret of agents' containers in JSON; never its value. */
export function agentSecretJson({ name, from, as, path, granted, at, by }: AgentSecret): Json {
  return { name, from, as, path, granted, at, by };
}

function stateText({ granted, at }: AgentSecret): string {
  if (!granted) return 'not granted';
  return at === null || at === '' ? 'granted' : `granted ${age(at)} ago`;
}

function whose(target: GrantTarget): string {
  if (target.kind === 'template') return `Containers that agents make from ${printable(target.name)}`;
  if (target.row?.agent !== undefined) return `The agent's container ${printable(target.project.name)}`;
  return `Agents' containers of ${printable(target.project.name)}`;
}
