import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { actionsFor } from '../rows/actions';
import type { Action } from '../rows/actions';
import { conditionOf } from '../rows/condition';
import { projectLook } from '../rows/project-look';
import type { Commands } from './registry';

interface ActionItem extends vscode.QuickPickItem {
  readonly action: Action;
}

/** The status bar's click: what can be done with this window's project now, the likeliest first. */
export function registerActions(commands: Commands, parts: Parts): void {
  const { session } = parts;

  commands.register('berth.actions', async () => {
    await session.core();
    const { engineLost, window } = session;
    const row = session.rowsHere[0];
    const busy = row === undefined ? undefined : session.busy(row.id);
    const working = row === undefined && session.work.projects.length > 0;
    const condition = working ? 'busy' : row === undefined ? 'absent' : conditionOf(row, engineLost, busy);
    const items = actionsFor(condition, window.isContainer, row).map((action): ActionItem => ({
      label: action.label,
      iconPath: new vscode.ThemeIcon(action.icon),
      action,
    }));
    const about =
      row === undefined ? '' : projectLook({ row, engineLost, busy, here: true, now: Date.now() }).description;
    const chosen = await vscode.window.showQuickPick(items, {
      title: row === undefined ? 'Berth' : `${row.name} — ${about}`,
      placeHolder: 'What next?',
    });
    if (chosen !== undefined) {
      await vscode.commands.executeCommand(chosen.action.command, row === undefined ? undefined : { row });
    }
  });

  commands.register('berth.refreshViews', async () => {
    const core = await session.core();
    await core.projects.refresh();
    // A command line beside the editor makes and removes them, too.
    const { lookAgain } = await import('./snapshot-target');
    await Promise.all(session.rowsHere.map(({ id }) => lookAgain(parts, core, id)));
    parts.containers.render();
  });
}
