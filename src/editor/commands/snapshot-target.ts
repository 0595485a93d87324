import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import type { ProjectRow } from '../../core/model';
import type { Snapshot } from '../../core/snapshots/types';
import type { Parts } from '../parts';
import { snapshotFacts } from '../rows/snapshot-look';
import type { CommandId } from './ids';
import { projectFor } from './target';

/** A snapshot and the project that it is of. */
export interface FoundSnapshot {
  readonly row: ProjectRow;
  readonly snapshot: Snapshot;
}

/** The snapshot that a command was called on, else one of the project's that the user picks. */
export async function snapshotFor(
  parts: Parts,
  command: CommandId,
  target: unknown,
  placeHolder: string,
): Promise<FoundSnapshot | undefined> {
  const row = await projectFor(parts, command, target);
  if (row === undefined) return undefined;
  if (typeof target === 'object' && target !== null && 'snapshot' in target && target.snapshot !== undefined) {
    return { row, snapshot: target.snapshot as Snapshot };
  }
  const core = await parts.session.core();
  const found = await lookAgain(parts, core, row.id);
  if (found.length === 0) {
    void vscode.window.showInformationMessage(`${row.name} has no snapshot yet: Berth: Snapshot… makes one.`);
    return undefined;
  }
  const items = found.map((snapshot) => ({
    label: snapshot.name,
    description: snapshotFacts(snapshot, Date.now()).join(' · '),
    ...(snapshot.note === null ? {} : { detail: snapshot.note }),
    snapshot,
  }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  return chosen === undefined ? undefined : { row, snapshot: chosen.snapshot };
}

/** Lists a project's snapshots anew, for its rows. */
export async function lookAgain({ session }: Parts, core: Core, project: string): Promise<readonly Snapshot[]> {
  const found = await core.snapshots.list(project);
  session.snapshots.set(project, found);
  return found;
}
