import * as vscode from 'vscode';
import type { ProjectRow } from '../../core/model';
import { isSnapshotName, nameByTime } from '../../core/snapshots/names';
import type { Snapshot, SnapshotOptions } from '../../core/snapshots/types';
import { storageText } from '../../core/storage/words';
import { askBeforeLoss } from '../notify/ask-before-loss';
import { scoped } from '../notify/failure';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { snapshotFacts, snapshotLook } from '../rows/snapshot-look';
import type { Registering } from './registry';
import { lookAgain, snapshotFor } from './snapshot-target';
import { projectFor } from './target';

/** Snapshots, made and deleted. */
export function registerSnapshots(commands: Registering, parts: Parts): void {
  commands.register('berth.snapshot', (target) => makeSnapshot(parts, target));
  commands.register('berth.deleteSnapshot', (target) => deleteSnapshot(parts, target));
}

/** Keeps a project's container as it is. Undefined where a question was left. */
async function makeSnapshot(parts: Parts, target: unknown): Promise<Snapshot | undefined> {
  const row = await projectFor(parts, 'berth.snapshot', target);
  if (row === undefined) return undefined;
  const wish = wishIn(target) ?? (await askWish(parts, row));
  if (wish === undefined) return undefined;
  const core = await parts.session.core();
  const abort = new AbortController();
  const work = parts.session.work.begin(row.id, 'making a snapshot', abort);
  try {
    const made = await scoped({ target: { row } }, () =>
      longAction({ title: `Berth: making a snapshot of ${row.name}`, abort }, () =>
        core.snapshots.create(row, wish, abort.signal),
      ),
    );
    parts.focus.tell(`The snapshot ${made.name} of ${row.name} is made.`);
    return made;
  } finally {
    work.dispose();
    await lookAgain(parts, core, row.id);
  }
}

/** Deletes a snapshot, after saying that it is gone for good. */
async function deleteSnapshot(parts: Parts, target: unknown): Promise<void> {
  const found = await snapshotFor(parts, 'berth.deleteSnapshot', target, 'Delete which snapshot?');
  if (found === undefined) return;
  const { snapshot, row } = found;
  const go = 'Delete';
  const detail = [
    `${snapshotFacts(snapshot, Date.now()).join(', ')}.`,
    ...(snapshot.note === null ? [] : [`“${snapshot.note}”`]),
    snapshot.volumes.length === 0 ? 'It is gone for good.' : 'It is gone for good, with the volumes kept with it.',
  ].join('\n');
  const question = `Delete the snapshot ${snapshot.name} of ${row.name}?`;
  const show = (): Promise<void> => {
    const { tooltip } = snapshotLook(snapshot, Date.now(), undefined);
    return parts.texts.read('snapshot.md', `# Snapshot ${snapshot.name} of ${row.name}\n\n${tooltip}\n`);
  };
  const look = { label: 'Show Snapshot', show };
  if ((await askBeforeLoss({ question, detail, look, choices: [go] })) !== go) return;
  const core = await parts.session.core();
  try {
    await scoped({ target: { row } }, () => core.snapshots.remove(snapshot));
  } finally {
    await lookAgain(parts, core, row.id);
  }
}

/** Where a caller said already what it wants. */
function wishIn(target: unknown): SnapshotOptions | undefined {
  const given = typeof target === 'object' && target !== null && 'wish' in target ? target.wish : undefined;
  return typeof given === 'object' && given !== null ? given : undefined;
}

/** Undefined where one of the questions was left. */
async function askWish({ session }: Parts, row: ProjectRow): Promise<SnapshotOptions | undefined> {
  const taken = session.snapshots.of(row.id).map(({ name }) => name);
  const name = await vscode.window.showInputBox({
    title: `Snapshot of ${row.name}`,
    prompt: 'Its name',
    value: nameByTime(new Date()),
    validateInput: (text) => {
      if (taken.includes(text)) return `${row.name} has a snapshot of that name already.`;
      return isSnapshotName(text)
        ? null
        : 'Up to 60 lower-case letters, digits, dashes, dots and underscores, a letter or digit first.';
    },
  });
  if (name === undefined) return undefined;
  const prompt = 'A line to remember it by; may be left empty';
  const note = await vscode.window.showInputBox({ title: `Snapshot ${name} of ${row.name}`, prompt });
  if (note === undefined) return undefined;
  const volumes = session.storage.of(row.id).filter(({ target }) => target !== null);
  if (volumes.length === 0) return { name, note };
  const alone = { label: 'The container alone', detail: 'The volumes stay with the project, as they are.' };
  const all = { label: 'With its volumes', description: storageText(volumes), detail: 'Archived on this machine.' };
  const chosen = await vscode.window.showQuickPick([alone, all], { placeHolder: 'What to keep?' });
  return chosen === undefined ? undefined : { name, note, volumes: chosen === all };
}
