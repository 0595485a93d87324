import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import type { Disposable } from '../../core/lifetime';
import type { Parts } from '../parts';
import { aliasOfFolder } from './window-project';

/**
 * A window that is open in a container which stopped since nobody used it: its reconnects are held back, and who comes
 * back to the window is a person. So the container is started then, and the window connects again by itself. One that was
 * stopped on purpose stays down.
 */
export function wakeWithWindow({ session }: Parts): Disposable {
  let waking = false;
  const look = async ({ focused, active }: vscode.WindowState): Promise<void> => {
    if (!focused || !active || waking || !vscode.workspace.isTrusted) return;
    const folder = session.window.folders.find((one) => aliasOfFolder(one) !== null);
    const row = folder === undefined ? undefined : session.window.rowOf(folder, session.snapshot.rows);
    if (row?.state !== 'stopped' || row.idleFor === undefined || session.busy(row.id) !== undefined) return;
    waking = true;
    try {
      await (await session.core()).projects.start(row);
    } catch (error) {
      if (!isCancelled(error)) session.log.log('warn', `${row.name} was not started: ${messageOf(error)}`, error);
    } finally {
      waking = false;
    }
  };
  return vscode.window.onDidChangeWindowState((state) => void look(state));
}
