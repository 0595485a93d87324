import { cancelled } from '../../core/errors';
import type { AcceptMode, Worktree } from '../../core/worktrees/types';
import type { Command, Context, Input } from '../command';
import { ask, canAsk, confirm } from '../interactive';
import { lostLines } from '../render/agents';
import { printable } from '../render/style';
import type { Result } from '../result';
import { badUsage } from '../usage';

export const agents: Command = {
  name: 'agents',
  synopsis: '[diff|accept|discard] [NAME] [--merge|--apply] [--force]',
  listed: false,
  summary: 'what agents did in worktrees of their own',
  operands: [
    { spec: '[ACTION]', description: 'what to do; left out: list them' },
    { spec: '[NAME]', description: "a worktree's name or how it begins, its branch, its key, or a path" },
  ],
  options: [
    { flags: '--merge', description: 'accept: merge its branch into what is checked out' },
    { flags: '--apply', description: 'accept: change the files and the index, without a commit' },
    { flags: '--force', description: 'discard: ask nothing' },
  ],
  output: 'document',
  notes: [
    'Accepting takes all, committed or not. A conflict, or a change of yours in the',
    'way, leaves your checkout as it is. Only discard removes a worktree.',
  ],
  async run(context, input) {
    const [action = 'list'] = input.operands;
    const verb = verbs.get(action);
    if (verb === undefined) {
      throw badUsage(`berth agents cannot "${action}".`, `Say ${[...verbs.keys()].join(', ')}.`);
    }
    return verb(context, input);
  },
};

type Verb = (context: Context, input: Input) => Promise<Result>;

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  [
    'list',
    async ({ core, signals }) => {
      const { worktrees, projects } = await core();
      const found = await worktrees.list();
      const { rows } = await projects.refresh(signals.abort);
      return {
        kind: 'worktrees',
        found: found.map((worktree) => ({
          worktree,
          row: rows.find(({ folder }) => folder === worktree.folder) ?? null,
        })),
      };
    },
  ],
  [
    'diff',
    async (context, input) => {
      const { worktrees } = await context.core();
      const changes = await worktrees.changes(await named(context, input), context.signals.abort);
      return { kind: 'worktree_changes', changes, terminal: context.streams.stdout.isTTY };
    },
  ],
  [
    'accept',
    async (context, input) => {
      const { worktrees } = await context.core();
      const worktree = await named(context, input);
      const mode = await modeOf(context, input, worktree);
      return { kind: 'accepted', accepted: await worktrees.accept(worktree, mode, context.signals.abort) };
    },
  ],
  [
    'discard',
    async (context, input) => {
      const { worktrees } = await context.core();
      const force = input.options.flag('force');
      if (force && input.operands[1] === undefined) {
        throw badUsage('berth agents discard --force wants the name of a worktree.', 'See berth agents.');
      }
      const worktree = await named(context, input);
      if (!force) await confirmDiscard(context, worktree);
      await worktrees.discard(worktree, context.signals.abort);
      return { kind: 'discarded', worktree };
    },
  ],
]);

async function named({ core, cwd }: Context, { operands: [action = '', name] }: Input): Promise<Worktree> {
  const { worktrees } = await core();
  if (name !== undefined) return worktrees.find(name, cwd);
  const all = await worktrees.list();
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  throw badUsage(`berth agents ${action} wants the name of a worktree.`, 'See berth agents.');
}

async function modeOf(context: Context, { options }: Input, worktree: Worktree): Promise<AcceptMode> {
  const [merge, apply] = [options.flag('merge'), options.flag('apply')];
  if (merge && apply) throw badUsage('berth agents accept takes --merge or --apply, not both.');
  if (merge || apply) return merge ? 'merge' : 'apply';
  if (!canAsk(context)) throw badUsage('berth agents accept wants --merge or --apply.');
  const question = `Take ${worktree.branch} into ${printable(worktree.project)}? [m]erge, [a]pply, [C]ancel `;
  const answer = await ask(context, question);
  if (answer === 'm' || answer === 'merge') return 'merge';
  if (answer === 'a' || answer === 'apply') return 'apply';
  throw cancelled();
}

/** Says what would be lost; where that cannot be looked at, it says so and asks all the same. */
async function confirmDiscard(context: Context, worktree: Worktree): Promise<void> {
  if (!canAsk(context)) throw badUsage(`Discarding ${worktree.name} has to be confirmed.`, 'Add --force.');
  const { worktrees } = await context.core();
  const changes = await worktrees.changes(worktree, context.signals.abort).catch(() => null);
  context.streams.stderr.write(`${lostLines(changes).join('\n')}\n`);
  await confirm(context, `Discard ${worktree.name}, its branch and its container for good?`);
}
