import type { PrunePlan } from '../../core/projects/images';
import type { Command, Context } from '../command';
import { confirmAction } from '../interactive';
import { gcList } from '../render/gc';
import { sizeOf } from '../../core/size';

export const gc: Command = {
  name: 'gc',
  synopsis: '[--all] [--dry-run] [--force]',
  summary: 'remove outdated images that no container uses',
  // They share a line of the help, which has to fit a screen.
  listed: { call: 'gc|doctor', summary: 'remove unused images; what is missing here' },
  operands: [],
  options: [
    { flags: '--all', description: 'those too that a template still asks for' },
    { flags: '--dry-run', description: 'only say what would go, and what it frees' },
    { flags: '--force', description: 'ask nothing' },
  ],
  output: 'document',
  notes: [
    'It takes images that Berth built and nothing else: none that a container uses,',
    'even a stopped one, and none that has another name as well. What is outdated is',
    'judged by your templates, your projects’ and this folder’s. Without a terminal',
    'nothing is asked: it needs --force or --dry-run.',
  ],
  async run(context, { options }) {
    const { images } = await context.core();
    const all = options.flag('all');
    const plan = await images.planPrune({ folders: [context.cwd], all }, context.signals.abort);
    if (options.flag('dryRun')) return { kind: 'gc', plan, pruned: null };
    if (plan.goes.length > 0 && !options.flag('force')) await confirmPrune(context, plan);
    const ids = new Set(plan.goes.map(({ id }) => id));
    return { kind: 'gc', plan, pruned: await images.prune(plan, ids, context.signals.abort) };
  },
};

async function confirmPrune(context: Context, plan: PrunePlan): Promise<void> {
  const these = plan.goes.length === 1 ? 'this image' : `these ${plan.goes.length} images`;
  await confirmAction(context, {
    doing: `Removing ${these}`,
    lines: gcList(plan.goes),
    question: `Remove ${these}, which frees up to ${sizeOf(plan.freedBytes)}?`,
    hint: 'Add --force, or see with --dry-run what would go.',
  });
}
