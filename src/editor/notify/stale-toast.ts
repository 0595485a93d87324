import * as vscode from 'vscode';
import type { Disposable } from '../../core/lifetime';
import type { HealthReason, ProjectRow } from '../../core/model';
import type { Parts } from '../parts';
import { counting, remedyFor } from '../rows/reasons';
import { healthEnabled, healthNotifications } from '../settings';

const muteKey = 'muted';

/** How long *Later* puts a reason off, in milliseconds. */
const laterMs = 24 * 3_600_000;

/**
 * One toast a container and cause, whichever window shows it, for this window's projects; rows, badge and status bar tell
 * the rest. A crash that the engine is still mending is told once that is over.
 */
export function tellAttention(parts: Parts): Disposable {
  const looked = new Set<string>();
  return parts.session.onDidChange(() => {
    if (parts.session.engineLost) return;
    for (const row of parts.session.rowsHere) {
      const [worst] = counting(row);
      if (row.health !== worst?.health || worst.code === 'restarting') continue;
      if (parts.session.busy(row.id) !== undefined) continue;
      const cause = `${row.container ?? ''} ${worst.code} ${snoozesOf(row)}`;
      // Settings are read where there is something to tell: the editor makes a copy of all each time.
      if (looked.has(cause) || !healthEnabled() || !healthNotifications()) continue;
      looked.add(cause);
      if (parts.state.get<string[]>(muteKey, []).includes(muteOf(row, worst))) continue;
      tell(parts, row, worst).catch((error: unknown) => {
        parts.session.log.log('warn', `${row.name} could not be told of`, error);
      });
    }
  });
}

/** What was put off comes up again when that is over: then this is another text. */
function snoozesOf({ reasons }: ProjectRow): string {
  return reasons.flatMap(({ code, snoozed }) => (snoozed === null ? [] : [code])).join();
}

/** What “Do not show again” is about: this project and this kind of trouble. */
function muteOf(row: ProjectRow, { code }: HealthReason): string {
  return `${row.id}:${code}`;
}

async function tell(parts: Parts, row: ProjectRow, reason: HealthReason): Promise<void> {
  const { health } = await parts.session.core();
  // Another window, or this one before a reload, may have told it.
  if (!(await health.claimToast(row, reason.code))) return;
  const { label, command } = remedyFor(reason.code);
  const [later, why, never] = ['Later', 'Why?', 'Do Not Show Again'];
  const message =
    reason.code === 'crashed'
      ? `${row.name}: ${reason.message}.`
      : `${row.name} is ${reason.health}: ${reason.message}.`;
  const chosen = await vscode.window.showWarningMessage(message, label, later, why, never);
  if (chosen === label) await vscode.commands.executeCommand(command, { row });
  if (chosen === later) await health.snooze(row, reason.code, laterMs);
  if (chosen === why) await vscode.commands.executeCommand('berth.showHealth', { row });
  if (chosen !== never) return;
  await parts.state.update(muteKey, [...parts.state.get<string[]>(muteKey, []), muteOf(row, reason)]);
}
