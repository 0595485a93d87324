import type { Parts } from '../parts';
import type { Commands } from './registry';

/** Snapshots: made, put back, begun with and deleted. What each does is loaded when it is first asked for. */
export function registerSnapshots(commands: Commands, parts: Parts): void {
  const actions = () => import('./snapshot-actions');
  const restoring = () => import('./snapshots-restore');
  commands.register('berth.snapshot', async (target) => (await actions()).makeSnapshot(parts, target));
  commands.register('berth.deleteSnapshot', async (target) => (await actions()).deleteSnapshot(parts, target));
  commands.register('berth.restoreSnapshot', async (target) => (await restoring()).restoreSnapshot(parts, target));
  commands.register('berth.newFromSnapshot', async (target) => (await restoring()).newFromSnapshot(parts, target));
}
