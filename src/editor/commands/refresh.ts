import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import type { ProjectRow } from '../../core/model';
import { isHarmless } from '../../core/loss/types';
import type { LossPreview } from '../../core/loss/types';
import { askBeforeLoss } from '../notify/ask-before-loss';
import { withBuildProgress } from '../notify/build-progress';
import { scoped } from '../notify/failure';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { lossPage, refreshQuestion } from '../rows/loss-look';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

/** Replaces a container by a fresh one, after saying what is kept and lost, and goes back to the one before. */
export function registerRefresh(commands: Registering, parts: Parts): void {
  commands.register('berth.refresh', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.refresh', target);
    if (row === undefined) return;
    const core = await parts.session.core();
    const loss = await scoped({ target: { row } }, () => core.projects.lossPreview(row));
    const { question, detail, add } = refreshQuestion(row, loss);
    const go = 'Refresh';
    const choices = add === null ? [go] : [go, 'Add to Template'];
    const show = (): Promise<void> => parts.texts.read('lost.md', lossPage(row.name, loss));
    const look = { label: 'Show What Is Lost', show };
    const chosen = await (isHarmless(loss)
      ? vscode.window.showWarningMessage(question, { modal: true, detail }, ...choices)
      : askBeforeLoss({ question, detail, look, choices }));
    if (chosen === go) await refresh(parts, core, row);
    else if (chosen !== undefined) await addToTemplate(row, loss);
  });

  commands.register('berth.rollback', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.rollback', target);
    if (row === undefined) return;
    const back = 'Roll Back';
    const to = row.former === null ? 'its former container' : `generation ${row.former}`;
    const detail = [
      `Generation ${row.generation} is put aside; rolling back once more returns to it.`,
      'The workspace stays as it is now, and so do volumes that both have: the home folder, unless it was begun anew or restored.',
    ].join('\n');
    const question = `Go back to ${to} of ${row.name}?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, back)) !== back) return;
    const core = await parts.session.core();
    const abort = new AbortController();
    const work = parts.session.work.begin(row.id, 'rolling back', abort);
    try {
      await scoped({ target: { row } }, () =>
        longAction({ title: `Berth: rolling back ${row.name}`, abort }, () =>
          core.projects.rollback(row, abort.signal),
        ),
      );
    } finally {
      work.dispose();
    }
  });
}

async function refresh(parts: Parts, core: Core, row: ProjectRow): Promise<void> {
  const channel = parts.output.of(row.name);
  const abort = new AbortController();
  const work = parts.session.work.begin(row.id, 'refreshing', abort);
  const onStep = (text: string): void => work.step(text);
  const action = { command: 'refresh', title: `Berth: refreshing ${row.name}`, channel, abort, onStep };
  const options = { now: true, trusted: vscode.workspace.isTrusted };
  try {
    await scoped({ channel, target: { row } }, () =>
      withBuildProgress(
        action,
        (progress) => core.projects.refreshContainer(row, options, progress, abort.signal),
        ({ row: { generation } }) => `generation ${generation}`,
      ),
    );
    parts.focus.tell(`${row.name} is fresh.`);
  } finally {
    work.dispose();
  }
}

/** What was installed by hand goes into the project's own template, which is shown: the next refresh brings it along. */
async function addToTemplate(row: ProjectRow, { promotable }: LossPreview): Promise<void> {
  const { addPackages } = await import('../../core/templates/add-packages');
  const file = join(row.folder, 'berth.yaml');
  const lists = new Map<string, string[]>();
  for (const { manager, name } of promotable) lists.set(manager, [...(lists.get(manager) ?? []), name]);
  await scoped({ target: { row } }, () => addPackages(file, Object.fromEntries(lists)));
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
