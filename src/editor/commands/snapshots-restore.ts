import * as vscode from 'vscode';
import { prepareServers } from '../handoff/editor-server';
import { askBeforeLoss } from '../notify/ask-before-loss';
import { withBuildProgress } from '../notify/build-progress';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import { lossPage } from '../rows/loss-look';
import { restoreQuestion } from '../rows/restore-question';
import type { Registering } from './registry';
import { lookAgain, snapshotFor } from './snapshot-target';
import type { FoundSnapshot } from './snapshot-target';
import { requireTrust } from './target';
import { upFolder } from './up';

/** Snapshots, put back and begun with. */
export function registerRestore(commands: Registering, parts: Parts): void {
  commands.register('berth.restoreSnapshot', (target) => restoreSnapshot(parts, target));
  commands.register('berth.newFromSnapshot', (target) => newFromSnapshot(parts, target));
}

/** Puts a project back to a snapshot, after saying what that takes. */
async function restoreSnapshot(parts: Parts, target: unknown): Promise<void> {
  requireTrust();
  const found = await snapshotFor(parts, 'berth.restoreSnapshot', target, 'Put back to which snapshot?');
  if (found === undefined) return;
  const { row, snapshot } = found;
  const core = await parts.session.core();
  const plan = await scoped({ target: { row } }, () => core.snapshots.planRestore(row, snapshot));
  const { question, detail, withVolumes } = restoreQuestion(row, plan);
  const [go, more] = ['Restore', 'Restore with Volumes'];
  const show = (): Promise<void> => parts.texts.read('put-aside.md', lossPage(row.name, plan.loss));
  const look = { label: 'Show What Is Put Aside', show };
  const chosen = await askBeforeLoss({ question, detail, look, choices: withVolumes ? [go, more] : [go] });
  if (chosen !== undefined) await restore(parts, found, chosen === more);
}

/** Begins another project with a snapshot. */
async function newFromSnapshot(parts: Parts, target: unknown): Promise<void> {
  requireTrust();
  const found = await snapshotFor(parts, 'berth.newFromSnapshot', target, 'Begin with which snapshot?');
  if (found === undefined) return;
  const { snapshot } = found;
  const folder = folderIn(target) ?? (await askFolder(snapshot.name));
  if (folder === undefined) return;
  const core = await parts.session.core();
  await scoped({ target: {} }, () => core.snapshots.plant(snapshot, folder));
  await prepareServers(core);
  const { row } = await upFolder(parts, core, folder);
  const open = 'Open Folder';
  const chosen = await vscode.window.showInformationMessage(
    `${row.name} begins as the snapshot ${snapshot.name} was.`,
    open,
  );
  if (chosen === open) {
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow: true });
  }
}

async function restore(parts: Parts, { row, snapshot }: FoundSnapshot, volumes: boolean): Promise<void> {
  const core = await parts.session.core();
  const channel = parts.output.of(row.name);
  const abort = new AbortController();
  const work = parts.session.work.begin(row.id, 'restoring', abort);
  const onStep = (text: string): void => work.step(text);
  const action = { command: 'restore', title: `Berth: restoring ${row.name}`, channel, abort, onStep };
  const options = { now: true, volumes, trusted: vscode.workspace.isTrusted };
  try {
    await scoped({ channel, target: { row } }, () =>
      withBuildProgress(
        action,
        (progress) => core.snapshots.restore(row, snapshot, options, progress, abort.signal),
        ({ row: { generation } }) => `generation ${generation}`,
      ),
    );
    parts.focus.tell(`${row.name} is back at the snapshot ${snapshot.name}.`);
  } finally {
    work.dispose();
    await lookAgain(parts, core, row.id);
  }
}

/** Where a caller named the folder already. */
function folderIn(target: unknown): string | undefined {
  const given = typeof target === 'object' && target !== null && 'to' in target ? target.to : undefined;
  return typeof given === 'string' ? given : undefined;
}

async function askFolder(snapshot: string): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: `Folder of the project that begins with the snapshot ${snapshot}`,
    openLabel: 'Begin Here',
  });
  return chosen?.[0]?.fsPath;
}
