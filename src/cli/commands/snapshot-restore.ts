import { resolve } from 'node:path';
import { isHarmless } from '../../core/loss/types';
import type { RestorePlan } from '../../core/snapshots/types';
import { canAsk, confirmAction } from '../interactive';
import { progressView } from '../progress-view';
import { restorePlanLines } from '../render/snapshots';
import { badUsage } from '../usage';
import { named, refuse } from './snapshot-make';
import type { SnapshotVerb } from './snapshot-make';

/** `berth snapshot restore`: without --force it goes on only where nobody is disturbed and nothing lost, or by a yes. */
export const restore: SnapshotVerb = async (context, input) => {
  const { signals, cwd } = context;
  const { options } = input;
  refuse('restore', input.operands.slice(2));
  const { projects, snapshots } = await context.core();
  const snapshot = await named(context, input);
  const row = await projects.find(options.text('project'), cwd, signals.abort);
  const force = options.flag('force');
  const plan = force && !options.flag('dryRun') ? null : await snapshots.planRestore(row, snapshot, signals.abort);
  if (plan !== null && options.flag('dryRun')) return { kind: 'restore_plan', row, plan };
  const asks = plan !== null && disturbs(plan) && canAsk(context);
  if (asks) {
    await confirmAction(context, {
      doing: `Restoring ${snapshot.name}`,
      lines: restorePlanLines(plan),
      question: `Put ${row.name} back to the snapshot ${snapshot.name}?`,
      hint: 'Add --force.',
    });
  }
  const view = await progressView(context, options);
  try {
    const wish = { now: force || asks, volumes: options.flag('volumes') };
    const result = await snapshots.restore(row, snapshot, wish, view.report, signals.abort);
    return { kind: 'restored', snapshot, result: { ...result, notices: view.untold(result.notices) } };
  } finally {
    view.end();
  }
};

function disturbs({ loss, inUse }: RestorePlan): boolean {
  return !isHarmless(loss) || inUse.length > 0;
}

/** `berth snapshot new`: writes a template that begins with a snapshot, and has its container up. */
export const begin: SnapshotVerb = async (context, input) => {
  const [, , folder, ...more] = input.operands;
  refuse('new', more);
  const snapshot = await named(context, input);
  if (folder === undefined) throw badUsage('berth snapshot new wants a folder.', 'It is made where it is not there.');
  const { projects, snapshots } = await context.core();
  const path = resolve(context.cwd, folder);
  const { abort } = context.signals;
  const file = await snapshots.plant(snapshot, path, abort);
  const view = await progressView(context, input.options);
  try {
    const up = await projects.up(path, {}, view.report, abort);
    return { kind: 'up', up: { ...up, notices: [`Wrote ${file}.`, ...view.untold(up.notices)] } };
  } finally {
    view.end();
  }
};
