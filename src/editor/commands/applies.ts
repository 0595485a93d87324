import type { ProjectRow } from '../../core/model';
import type { CommandId } from './ids';

/** What asks nothing of the engine, and looking on while something is under way. */
const always: readonly CommandId[] = [
  'berth.showHealth',
  'berth.showOutput',
  'berth.copySshCommand',
  'berth.copyContainerId',
  'berth.copyImage',
  'berth.cancel',
];

const needsRunning: readonly CommandId[] = [
  'berth.run',
  'berth.runTask',
  'berth.openTerminal',
  'berth.forwardPort',
  'berth.openInBrowser',
  'berth.startService',
  'berth.stopService',
  'berth.restartService',
  'berth.showServiceLog',
  'berth.refreshSecrets',
  'berth.restart',
  'berth.stop',
];

/** What starts a container that stopped since nobody used it. */
const isUse: readonly CommandId[] = ['berth.run', 'berth.runTask', 'berth.openTerminal'];

const needsContainer: readonly CommandId[] = [
  'berth.start',
  'berth.copyWorkspaceOut',
  'berth.remove',
  'berth.refresh',
  'berth.rollback',
  'berth.snapshot',
  'berth.restoreSnapshot',
  'berth.showLogs',
  'berth.copyContainerId',
  'berth.copyImage',
];

/** Pure: why a command cannot act on a project now, as a sentence; null if it can. */
export function whyNot(command: CommandId, row: ProjectRow, engineLost: boolean): string | null {
  if (needsContainer.includes(command) && row.container === null) return `${row.name} has no container yet.`;
  if (always.includes(command)) return null;
  if (engineLost) {
    return `The engine does not answer, so nothing can be done with ${row.name} now.`;
  }
  if (row.state === 'building' || row.state === 'creating' || row.state === 'removing') {
    return `${row.name} is not ready: ${row.state}.`;
  }
  if (needsRunning.includes(command) && row.state !== 'running') {
    if (isUse.includes(command) && row.idleFor !== undefined) return null;
    return row.state === 'stopped' && command === 'berth.stop'
      ? `${row.name} is stopped already.`
      : `${row.name} is not running (${row.state}).`;
  }
  if (command === 'berth.rollback' && row.former === null) {
    return `${row.name} has no earlier container to go back to.`;
  }
  if (command === 'berth.start' && row.state === 'running') return `${row.name} is running already.`;
  return null;
}
