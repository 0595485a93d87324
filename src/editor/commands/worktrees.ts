import { basename } from 'node:path';
import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { AcceptMode, Worktree } from '../../core/worktrees/types';
import { askBeforeLoss } from '../notify/ask-before-loss';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { agentLook, changesText, discardQuestion } from '../rows/agent-look';
import type { VirtualTexts } from '../virtual-texts';
import { lookAtWorktrees } from '../worktrees/worktree-watch';
import type { Registering } from './registry';

/** What agents did in worktrees of their own: shown, taken, or thrown away, by the user alone. */
export function registerWorktrees(commands: Registering, parts: Parts, texts: VirtualTexts): void {
  const { session } = parts;

  commands.register('berth.showChanges', async (target) => {
    const worktree = await worktreeFor(parts, target, 'Show what was done in which branch?');
    if (worktree === undefined) return;
    const changes = await act(`looking at ${worktree.branch}`, async (signal) => {
      const core = await session.core();
      return core.worktrees.changes(worktree, signal);
    });
    await texts.show(`${worktree.name}.diff`, changesText(changes), 'diff');
  });

  commands.register('berth.acceptChanges', async (target) => {
    const worktree = await worktreeFor(parts, target, 'Accept what was done in which branch?');
    if (worktree === undefined) return undefined;
    const mode = modeIn(target) ?? (await askMode(worktree));
    if (mode === undefined) return undefined;
    const core = await session.core();
    try {
      const result = await act(`accepting ${worktree.branch}`, (signal) =>
        core.worktrees.accept(worktree, mode, signal),
      );
      const count = result.files.length === 1 ? '1 file' : `${result.files.length} files`;
      const how = mode === 'merge' ? 'merged' : 'applied';
      vscode.window.setStatusBarMessage(`$(check) ${worktree.branch} is ${how}: ${count}`, 5000);
      return result;
    } finally {
      await lookAtWorktrees(session);
    }
  });

  commands.register('berth.discardChanges', async (target) => {
    const worktree = await worktreeFor(parts, target, 'Discard what was done in which branch?');
    if (worktree === undefined) return;
    const core = await session.core();
    const changes = await act(`looking at ${worktree.branch}`, (signal) =>
      core.worktrees.changes(worktree, signal),
    ).catch((error: unknown) => {
      if (error instanceof BerthError) return null;
      throw error;
    });
    const { question, detail } = discardQuestion(worktree, changes);
    const discard = 'Discard';
    const show = async (): Promise<unknown> =>
      texts.show(`${worktree.name}.diff`, changes === null ? detail : changesText(changes), 'diff');
    const look = { label: 'Show Changes', show };
    if ((await askBeforeLoss({ question, detail, look, choices: [discard] })) !== discard) return;
    try {
      await act(`discarding ${worktree.branch}`, (signal) => core.worktrees.discard(worktree, signal));
    } finally {
      await lookAtWorktrees(session);
    }
  });
}

function act<T>(doing: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  return longAction({ title: `Berth: ${doing}`, abort }, () => work(abort.signal));
}

/** The worktree of the row that a command was called on, the only one, else the user's pick. */
async function worktreeFor({ session }: Parts, target: unknown, placeHolder: string): Promise<Worktree | undefined> {
  const given = typeof target === 'object' && target !== null ? target : {};
  await lookAtWorktrees(session);
  const all = session.worktrees.all;
  const name = 'worktree' in given ? (given.worktree as Worktree).name : undefined;
  if (name !== undefined) return all.find((one) => one.name === name);
  const [first] = all;
  if (first === undefined) throw new BerthError('worktree_not_found', 'No agent has a worktree of its own.');
  if (all.length === 1) return first;
  const items = all.map((worktree) => {
    const row = session.snapshot.rows.find(({ folder }) => folder === worktree.folder);
    const facts = { row, worktree, engineLost: session.engineLost, busy: undefined, now: Date.now() };
    return { label: worktree.branch, description: agentLook(facts).description, worktree };
  });
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.worktree;
}

/** Where a caller said already how. */
function modeIn(target: unknown): AcceptMode | undefined {
  const given = typeof target === 'object' && target !== null && 'mode' in target ? target.mode : undefined;
  return given === 'merge' || given === 'apply' ? given : undefined;
}

async function askMode({ branch, project }: Worktree): Promise<AcceptMode | undefined> {
  const items = [
    {
      label: '$(git-merge) Merge',
      detail: 'Into the branch that you have checked out; what is in no commit becomes one',
      mode: 'merge' as const,
    },
    {
      label: '$(diff) Apply',
      detail: 'To your files and index; nothing is committed',
      mode: 'apply' as const,
    },
  ];
  const title = `Accept ${branch} into ${basename(project)}`;
  const placeHolder = 'A conflict, or a change of yours in the way, leaves all as it is';
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.mode;
}
