import * as vscode from 'vscode';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { Parts } from '../parts';
import { needsAttention, verdictOf } from '../rows/condition';

const muteKey = 'muted';

/** One toast a container and cause, for this window's projects; rows, badge and status bar tell the rest. */
export function tellAttention(parts: Parts): Disposable {
  const told = new Set<string>();
  return parts.session.onDidChange(() => {
    for (const row of parts.session.rowsHere) {
      const cause = `${row.id}:${row.container ?? ''}:${verdictOf(row, undefined)}`;
      if (!needsAttention(row) || parts.session.engineLost || parts.session.busy(row.id) !== undefined) continue;
      if (told.has(cause)) continue;
      told.add(cause);
      if (!parts.state.get<string[]>(muteKey, []).includes(muteOf(row))) void tell(parts, row);
    }
  });
}

/** What “Do not show again” is about: this project and this kind of trouble. */
function muteOf(row: ProjectRow): string {
  return `${row.id}:${row.state === 'crashed' ? 'crashed' : row.health}`;
}

async function tell(parts: Parts, row: ProjectRow): Promise<void> {
  const mend =
    row.state === 'crashed'
      ? 'Start'
      : row.health === 'stale'
        ? 'Refresh…'
        : row.health === 'degraded'
          ? 'Go On'
          : 'Restart';
  const [why, never] = ['Why?', 'Do Not Show Again'];
  const chosen = await vscode.window.showWarningMessage(
    `${row.name}: ${verdictOf(row, undefined)}.`,
    mend,
    'Later',
    why,
    never,
  );
  const commands = {
    Start: 'berth.start',
    'Refresh…': 'berth.refresh',
    'Go On': 'berth.up',
    Restart: 'berth.restart',
  } as const;
  if (chosen === mend) await vscode.commands.executeCommand(commands[mend], { row });
  if (chosen === why)
    await vscode.commands.executeCommand(row.health === 'stale' ? 'berth.showPlan' : 'berth.showLogs', { row });
  if (chosen === never) await parts.state.update(muteKey, [...parts.state.get<string[]>(muteKey, []), muteOf(row)]);
}
