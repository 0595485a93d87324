import type { ProjectRow } from '../../core/model';
import type { CommandId } from './ids';

const needsRunning: readonly CommandId[] = ['berth.run', 'berth.openTerminal', 'berth.restart', 'berth.stop'];

/** Pure: why a command cannot act on a project now, as a sentence; null if it can. */
export function whyNot(command: CommandId, row: ProjectRow, engineLost: boolean): string | null {
  if (engineLost && command !== 'berth.showOutput' && !command.startsWith('berth.copy')) {
    return `The engine does not answer, so nothing can be done with ${row.name} now.`;
  }
  if (row.state === 'building' || row.state === 'creating' || row.state === 'removing') {
    return `${row.name} is not ready: ${row.state}.`;
  }
  if (needsRunning.includes(command) && row.state !== 'running') {
    return row.state === 'stopped' && command === 'berth.stop'
      ? `${row.name} is stopped already.`
      : `${row.name} is not running (${row.state}).`;
  }
  if (command === 'berth.start' && row.state === 'running') return `${row.name} is running already.`;
  if (row.container === null && needsContainer.includes(command)) return `${row.name} has no container yet.`;
  return null;
}

const needsContainer: readonly CommandId[] = [
  'berth.start',
  'berth.remove',
  'berth.showLogs',
  'berth.copyContainerId',
  'berth.copyImage',
];
