import { BerthError } from '../../core/errors';
import type { Snapshot } from '../../core/snapshots/types';
import type { Command, Context, Input } from '../command';
import { canAsk, confirm } from '../interactive';
import type { Result } from '../result';
import { snapshotList } from '../render/snapshots';
import { badUsage } from '../usage';

/** How many a prune leaves of a project unless it is told. */
const usualKeep = 3;

export const snapshot: Command = {
  name: 'snapshot',
  synopsis: 'create|ls|rm|prune [SNAPSHOT] [-p NAME]',
  listed: false,
  summary: 'keep a container as an image',
  operands: [
    { spec: '<ACTION>', description: 'what to do; prune leaves the newest' },
    { spec: '[SNAPSHOT]', description: 'its name; create without one names it by the time' },
  ],
  options: [
    { flags: '-p, --project <NAME>', description: "a project's name, id prefix or path; left out: this folder" },
    { flags: '--note <TEXT>', description: 'create: a line to remember it by' },
    { flags: '--all', description: 'ls: those of all projects' },
    { flags: '--keep <N>', description: `prune: how many of the newest stay (default: ${usualKeep})` },
    { flags: '--dry-run', description: 'prune: only say what would go' },
    { flags: '--force', description: 'rm, prune: ask nothing' },
  ],
  output: 'document',
  notes: [
    'In it is what the container itself has: no volume, no workspace, no secret. The',
    'container is paused while it is made. One that a container uses always stays.',
  ],
  async run(context, input) {
    const [action = ''] = input.operands;
    const verb = verbs.get(action);
    if (verb === undefined) {
      throw badUsage(`berth snapshot cannot "${action}".`, `Say ${[...verbs.keys()].join(', ')}.`);
    }
    return verb(context, input);
  },
};

type Verb = (context: Context, input: Input) => Promise<Result>;

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  [
    'create',
    async ({ core, cwd, signals }, { operands: [, name], options }) => {
      const { projects, snapshots } = await core();
      const row = await projects.find(options.text('project'), cwd, signals.abort);
      const note = options.text('note');
      const wish = { ...(name === undefined ? {} : { name }), ...(note === undefined ? {} : { note }) };
      return { kind: 'snapshot', snapshot: await snapshots.create(row, wish, signals.abort) };
    },
  ],
  [
    'ls',
    async ({ core, cwd, signals }, { operands, options }) => {
      refuseName(operands);
      const { snapshots } = await core();
      if (options.flag('all'))
        return { kind: 'snapshots', all: true, found: await snapshots.list(undefined, signals.abort) };
      const { id } = await snapshots.findProject(options.text('project'), cwd, signals.abort);
      return { kind: 'snapshots', all: false, found: await snapshots.list(id, signals.abort) };
    },
  ],
  [
    'rm',
    async (context, { operands: [, name], options }) => {
      const { core, cwd, signals } = context;
      if (name === undefined)
        throw badUsage('berth snapshot rm wants the name of a snapshot.', 'See berth snapshot ls.');
      const { snapshots } = await core();
      const project = await snapshots.findProject(options.text('project'), cwd, signals.abort);
      const found = await snapshots.find(project, name, signals.abort);
      if (!options.flag('force')) await confirmRemoval(context, [found]);
      await snapshots.remove(found, signals.abort);
      return { kind: 'snapshots_removed', dryRun: false, removed: [found], kept: [] };
    },
  ],
  [
    'prune',
    async (context, { operands, options }) => {
      const { core, cwd, signals } = context;
      refuseName(operands);
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
    },
  ],
]);

function refuseName([action, name]: readonly string[]): void {
  if (name !== undefined)
    throw badUsage(`berth snapshot ${action ?? ''} takes no name.`, 'A project is named with -p.');
}

async function confirmRemoval(context: Context, goes: readonly Snapshot[]): Promise<void> {
  const these = goes.length === 1 ? 'this snapshot' : `these ${goes.length} snapshots`;
  if (!canAsk(context)) throw badUsage(`Removing ${these} has to be confirmed.`, 'Add --force.');
  context.streams.stderr.write(`${snapshotList(goes, false).join('\n')}\n`);
  await confirm(context, `Remove ${these} for good?`);
}
