import { BerthError } from '../../core/errors';
import type { Snapshot } from '../../core/snapshots/types';
import type { Context } from '../command';
import { confirmAction } from '../interactive';
import { snapshotList } from '../render/snapshots';
import { badUsage } from '../usage';
import { named, refuse } from './snapshot-make';
import type { SnapshotVerb } from './snapshot-make';

/** How many a prune leaves of a project unless it is told. */
export const usualKeep = 3;

/** `berth snapshot rm` */
export const remove: SnapshotVerb = async (context, input) => {
  refuse('rm', input.operands.slice(2));
  const found = await named(context, input);
  const { snapshots } = await context.core();
  if (!input.options.flag('force')) await confirmRemoval(context, [found]);
  await snapshots.remove(found, context.signals.abort);
  return { kind: 'snapshots_removed', dryRun: false, removed: [found], kept: [] };
};

/** `berth snapshot prune` */
export const prune: SnapshotVerb = async (context, { operands: [, ...more], options }) => {
  const { core, cwd, signals } = context;
  refuse('prune', more);
  const keep = options.count('keep') ?? usualKeep;
  if (keep === 'all') throw badUsage('--keep wants a whole number.');
  const { snapshots } = await core();
  const project = await snapshots.findProject(options.text('project'), cwd, signals.abort);
  const { goes, stays } = await snapshots.planPrune(project, keep, signals.abort);
  if (options.flag('dryRun')) return { kind: 'snapshots_removed', dryRun: true, removed: goes, kept: stays };
  if (goes.length > 0 && !options.flag('force')) await confirmRemoval(context, goes);
  const removed: Snapshot[] = [];
  const kept = [...stays];
  for (const one of goes) {
    try {
      await snapshots.remove(one, signals.abort);
      removed.push(one);
    } catch (error) {
      // It came into use since it was looked at.
      if (!(error instanceof BerthError) || error.code !== 'snapshot_in_use') throw error;
      kept.push(one);
    }
  }
  return { kind: 'snapshots_removed', dryRun: false, removed, kept };
};

async function confirmRemoval(context: Context, goes: readonly Snapshot[]): Promise<void> {
  const these = goes.length === 1 ? 'this snapshot' : `these ${goes.length} snapshots`;
  await confirmAction(context, {
    doing: `Removing ${these}`,
    lines: snapshotList(goes, false),
    question: `Remove ${these} for good?`,
    hint: 'Add --force.',
  });
}
