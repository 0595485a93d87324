import type { ProjectRow } from '../../core/model';
import type { Worktree, WorktreeChanges } from '../../core/worktrees/types';
import type { Result } from '../result';
import { age, columns } from './layout';
import { paintState, printable, type Style } from './style';

type Of<K extends Result['kind']> = Extract<Result, { kind: K }>;

/** What is an agent's of a row, in JSON. */
export function agentJson({ expires, client, branch }: NonNullable<ProjectRow['agent']>) {
  return { expires, client: client ?? null, branch: branch ?? null };
}

/** A worktree in JSON. */
export function worktreeJson({ name, key, folder, branch, base, project, client, created, accepted }: Worktree) {
  return { name, key, folder, branch, base, project, client, created, accepted };
}

/** What was done in one, in JSON. */
export function changesJson({ worktree, commits, files, uncommitted, patch, taken, notices }: WorktreeChanges) {
  const text = patch.toString();
  return { worktree: worktreeJson(worktree), commits, files, uncommitted, taken, notices, patch: text };
}

/** What `berth agents` prints. */
export function worktreesText({ found }: Of<'worktrees'>, style: Style): string {
  if (found.length === 0) return 'No agent has a worktree: they get one by the tool spawn.';
  const cells = found.map(({ worktree, row }) => [
    worktree.name,
    row?.state ?? 'no container',
    timeLeft(row),
    printable(worktree.client),
    row === null ? '-' : secretNames(row).join(', ') || '-',
    worktree.branch,
    age(worktree.created),
    printable(worktree.project),
  ]);
  const head = ['WORKTREE', 'STATE', 'LEFT', 'CLIENT', 'SECRETS', 'BRANCH', 'AGE', 'PROJECT'];
  return columns([head, ...cells], (text, column, at) => {
    if (at === 0) return style.dim(text);
    return column === 1 ? paintState(text, style) : column === 0 ? style.bold(text) : text;
  }).join('\n');
}

/** The secrets that a container has, by name. */
export function secretNames({ secrets }: Pick<ProjectRow, 'secrets'>): readonly string[] {
  return secrets.filter(({ state }) => state === 'injected').map(({ name }) => name);
}

/** How long its container still has. */
function timeLeft(row: ProjectRow | null): string {
  const expires = row?.agent?.expires;
  if (expires == null) return '-';
  const left = Date.parse(expires) - Date.now();
  return left <= 0 ? 'over' : age(new Date(Date.now() - left).toISOString());
}

/** What `berth agents diff` prints: a summary, and the patch, which git can read with that before it. */
export function changesText({ changes, terminal }: Of<'worktree_changes'>, style: Style): string {
  const { worktree, patch, notices } = changes;
  const text = patch.toString();
  return [
    style.bold(`${worktree.branch} of ${printable(worktree.project)}`),
    ...summary(changes),
    ...notices.map(printable),
    '',
    // What an agent wrote must not steer the terminal.
    terminal ? text.split('\n').map(painted(style)).join('\n') : text,
  ]
    .join('\n')
    .trimEnd();
}

function painted(style: Style): (line: string) => string {
  return (line) => {
    const safe = line.split('\t').map(printable).join('\t');
    if (/^(?:diff|index|---|\+\+\+) /.test(line)) return style.dim(safe);
    return line.startsWith('+') ? style.green(safe) : line.startsWith('-') ? style.red(safe) : safe;
  };
}

function summary({ commits, files, uncommitted }: WorktreeChanges): string[] {
  const open = uncommitted === 0 ? '' : `, ${uncommitted} of them in no commit`;
  return [
    ...commits.map(({ id, subject }) => `  ${id.slice(0, 8)}  ${printable(subject)}`),
    files.length === 0 ? 'Nothing differs from where it began.' : `${count(files.length, 'file')}${open}:`,
    ...files.slice(0, 50).map(({ status, path }) => `  ${status} ${printable(path)}`),
    ...(files.length > 50 ? [`  and ${files.length - 50} more`] : []),
  ];
}

/** What a discard would lose; null where that is not known. */
export function lostLines(changes: WorktreeChanges | null): string[] {
  if (changes === null) return ['What it holds cannot be looked at.'];
  if (changes.taken) return ['Nothing is lost: its changes are taken, or there are none.'];
  return ['Lost, since you have not accepted it:', ...summary(changes), ...changes.notices.map(printable)];
}

/** What `berth agents accept` prints. */
export function acceptedText({ accepted: { worktree, mode, commit, files } }: Of<'accepted'>): string {
  const what = mode === 'merge' ? `merged as ${commit?.slice(0, 8) ?? ''}` : 'applied, without a commit';
  return [
    `${worktree.branch} is ${what}: ${count(files.length, 'file')} in ${printable(worktree.project)}.`,
    `  next   berth agents discard ${worktree.name}, when the agent is done`,
  ].join('\n');
}

/** What `berth agents discard` prints. */
export function discardedText({ worktree }: Of<'discarded'>): string {
  return `${worktree.name} is gone, with ${worktree.branch} and its container.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
