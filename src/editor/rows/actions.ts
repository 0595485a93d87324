import type { ProjectRow } from '../../core/model';
import { whyNot } from '../commands/applies';
import type { CommandId } from '../commands/ids';
import type { Condition } from './condition';
import { counting, remedyFor } from './reasons';

/** Something that makes sense now, for a quick pick and the status bar's tooltip. */
export interface Action {
  readonly label: string;
  readonly icon: string;
  readonly command: CommandId;
}

const run: Action = { label: 'Run Command…', icon: 'play', command: 'berth.run' };
const task: Action = { label: 'Run Task in Container', icon: 'checklist', command: 'berth.runTask' };
const terminal: Action = { label: 'Open Terminal', icon: 'terminal', command: 'berth.openTerminal' };
const open: Action = { label: 'Open Project in Container', icon: 'empty-window', command: 'berth.open' };
const browser: Action = { label: 'Open in Browser', icon: 'globe', command: 'berth.openInBrowser' };
const forward: Action = { label: 'Forward Port…', icon: 'plug', command: 'berth.forwardPort' };
const logs: Action = { label: 'Show Logs', icon: 'list-flat', command: 'berth.showLogs' };
const output: Action = { label: 'Show Output', icon: 'output', command: 'berth.showOutput' };
const start: Action = { label: 'Start', icon: 'debug-start', command: 'berth.start' };
const stop: Action = { label: 'Stop', icon: 'debug-stop', command: 'berth.stop' };
const restart: Action = { label: 'Restart', icon: 'debug-restart', command: 'berth.restart' };
const refresh: Action = { label: 'Refresh…', icon: 'sync', command: 'berth.refresh' };
const rollback: Action = { label: 'Roll Back…', icon: 'discard', command: 'berth.rollback' };
const snapshot: Action = { label: 'Snapshot…', icon: 'device-camera', command: 'berth.snapshot' };
const plan: Action = { label: 'Show Plan', icon: 'diff', command: 'berth.showPlan' };
const health: Action = { label: 'Show Health', icon: 'pulse', command: 'berth.showHealth' };
const copy: Action = { label: 'Copy SSH Command', icon: 'copy', command: 'berth.copySshCommand' };
const edit: Action = { label: 'Edit Template', icon: 'edit', command: 'berth.editTemplate' };
const remove: Action = { label: 'Remove…', icon: 'trash', command: 'berth.remove' };
const cancel: Action = { label: 'Cancel', icon: 'close', command: 'berth.cancel' };
const engine: Action = { label: 'Select Engine…', icon: 'server-environment', command: 'berth.selectEngine' };
const doctor: Action = { label: 'Run Doctor', icon: 'pulse', command: 'berth.doctor' };

const running: readonly Action[] = [
  run,
  task,
  terminal,
  open,
  browser,
  forward,
  logs,
  restart,
  stop,
  output,
  copy,
  edit,
  snapshot,
  rollback,
  remove,
];

/**
 * Pure: what can be done now, the likeliest first: what mends the worst that counts against the row, if anything does. In a
 * window that is the container, opening it again is left out.
 */
export function actionsFor(condition: Condition, remoteWindow: boolean, row?: ProjectRow): readonly Action[] {
  const all = allFor(condition).filter((action) => !remoteWindow || action !== open);
  if (row === undefined || condition === 'busy' || condition === 'unreachable') return all;
  const [worst] = condition === 'attention' || condition === 'broken' ? counting(row) : [];
  const able = all.filter(({ command }) => whyNot(command, row, false) === null);
  if (worst === undefined) return able;
  const { label, command } = remedyFor(worst.code);
  const mend = able.find((action) => action.command === command) ?? { label, icon: 'play', command };
  return [mend, ...able.filter((action) => action !== mend)];
}

function allFor(condition: Condition): readonly Action[] {
  switch (condition) {
    case 'busy':
      return [output, cancel];
    case 'unreachable':
      return [doctor, engine, output];
    case 'healthy':
    case 'waiting':
      return running;
    case 'attention':
      return [refresh, plan, health, ...running];
    case 'broken':
      return [logs, restart, start, health, output, edit, rollback, doctor, remove];
    case 'stopped':
      return [start, open, logs, output, copy, edit, snapshot, rollback, remove];
    case 'absent':
      return [open, edit, doctor];
  }
}
