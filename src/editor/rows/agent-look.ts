import { basename } from 'node:path';
import type { ProjectRow } from '../../core/model';
import type { Worktree, WorktreeChanges } from '../../core/worktrees/types';
import type { Busy } from './condition';
import type { Look } from './look';
import { escapeMarkdown } from './markdown';
import { projectLook } from './project-look';

/** What an agent's row is made of; `row` is left out where its container is gone, `worktree` where it has none. */
export interface AgentFacts {
  readonly row: ProjectRow | undefined;
  readonly worktree: Worktree | undefined;
  readonly engineLost: boolean;
  readonly busy: Busy | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Pure: the row above all agents' rows. */
export function agentsLook(count: number): Look {
  const description = String(count);
  return {
    label: 'Agents',
    description,
    icon: 'hubot',
    context: 'group agents',
    tooltip: 'Containers that agents made for themselves, and the git worktrees that they work in',
    spoken: `Agents, ${counted(count, 'container')}`,
  };
}

/** Pure: an agent's container by its branch, with whose it is and how long it still has. */
export function agentLook(facts: AgentFacts): Look {
  const { row, worktree, now } = facts;
  const branch = worktree?.branch ?? row?.agent?.branch;
  const client = worktree?.client ?? row?.agent?.client;
  const project = worktree === undefined ? '' : basename(worktree.project);
  const base = row === undefined ? null : projectLook({ ...facts, row, here: false });
  const label = branch ?? row?.name ?? '';
  const state = base === null ? 'no container' : row?.state === 'running' ? '' : (row?.state ?? '');
  const said = [project, client ?? '', state, leftOf(row, now)].filter((part) => part !== '');
  const context = [base?.context ?? 'bare', 'agent', ...(worktree === undefined ? [] : ['worktree'])];
  return {
    ...(base ?? { icon: 'git-branch', color: 'disabledForeground' }),
    label,
    description: said.join(' · '),
    context: context.join(' '),
    tooltip: [worktree === undefined ? '' : worktreeFacts(worktree), base?.tooltip ?? noContainer]
      .filter((part) => part !== '')
      .join('\n\n'),
    spoken: [`Agent ${label}`, ...said].join(', '),
  };
}

const noContainer = 'Its container is gone; the work is still there until it is accepted or discarded.';

function worktreeFacts({ branch, project, client, accepted }: Worktree): string {
  const facts = [
    ['Branch', branch],
    ['Project', project],
    ['Client', client],
    ...(accepted === null ? [] : [['Accepted', new Date(accepted.at).toLocaleString()]]),
  ];
  const lines = facts.map(([name = '', value = '']) => `| ${name} | ${escapeMarkdown(value)} |`);
  return `| | |\n|---|---|\n${lines.join('\n')}`;
}

/** `23 h left`, `its time is over`; nothing where it is not known. */
function leftOf(row: ProjectRow | undefined, now: number): string {
  const expires = row?.agent?.expires;
  if (expires == null) return '';
  const minutes = Math.floor((Date.parse(expires) - now) / 60_000);
  if (minutes < 0) return 'its time is over';
  if (minutes < 1) return 'under 1 min left';
  if (minutes < 60) return `${minutes} min left`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h left` : `${Math.floor(minutes / 1440)} d left`;
}

/** Pure: what is asked before a worktree is discarded; `changes` is null where they could not be looked at. */
export function discardQuestion(
  { name, branch }: Worktree,
  changes: WorktreeChanges | null,
): { readonly question: string; readonly detail: string } {
  const gone = `The branch ${branch}, the worktree ${name} and its container with its volumes are removed for good.`;
  return { question: `Discard what was done in ${branch}?`, detail: [...lostLines(changes), '', gone].join('\n') };
}

function lostLines(changes: WorktreeChanges | null): string[] {
  if (changes === null) return ['What it holds cannot be looked at.'];
  if (changes.taken) return ['Lost: no changes. All are accepted, or there are none.'];
  const { files, commits, uncommitted, notices } = changes;
  const shown = files.slice(0, 12).map(({ status, path }) => `   ${status} ${path}`);
  const more = files.length > shown.length ? [`   and ${files.length - shown.length} more`] : [];
  const parts = [counted(commits.length, 'commit'), counted(files.length, 'file'), ...openOnes(uncommitted)];
  return [`Lost, since you have not accepted it (${parts.join(', ')}):`, ...shown, ...more, ...notices];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function openOnes(count: number): string[] {
  return count === 0 ? [] : [`${count} of them in no commit`];
}

/** Pure: what was done, as the text that is shown: a summary and the patch. */
export function changesText({ worktree, commits, files, uncommitted, patch, notices }: WorktreeChanges): string {
  return [
    `${worktree.branch} of ${worktree.project}, by ${worktree.client}`,
    ...commits.map(({ id, subject }) => `  ${id.slice(0, 8)}  ${subject}`),
    [`${counted(files.length, 'file')} changed`, ...openOnes(uncommitted)].join(', '),
    ...notices,
    '',
    patch.toString(),
  ].join('\n');
}
