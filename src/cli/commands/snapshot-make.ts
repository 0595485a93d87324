import type { Snapshot } from '../../core/snapshots/types';
import type { Context, Input } from '../command';
import type { Result } from '../result';
import { badUsage } from '../usage';

/** One of the actions of `berth snapshot`. Its operands begin with its own name. */
export type SnapshotVerb = (context: Context, input: Input) => Promise<Result>;

/** `berth snapshot create` */
export const create: SnapshotVerb = async ({ core, cwd, signals }, { operands: [, name, ...more], options }) => {
  refuse('create', more);
  const { projects, snapshots } = await core();
  const row = await projects.find(options.text('project'), cwd, signals.abort);
  const note = options.text('note');
  const wish = {
    ...(name === undefined ? {} : { name }),
    ...(note === undefined ? {} : { note }),
    volumes: options.flag('volumes'),
  };
  return { kind: 'snapshot', snapshot: await snapshots.create(row, wish, signals.abort) };
};

/** `berth snapshot ls` */
export const list: SnapshotVerb = async ({ core, cwd, signals }, { operands: [, ...more], options }) => {
  refuse('ls', more);
  const { snapshots } = await core();
  if (options.flag('all'))
    return { kind: 'snapshots', all: true, found: await snapshots.list(undefined, signals.abort) };
  const { id } = await snapshots.findProject(options.text('project'), cwd, signals.abort);
  return { kind: 'snapshots', all: false, found: await snapshots.list(id, signals.abort) };
};

/** The snapshot that was named. @throws BerthError `bad_usage` where none was */
export async function named(
  { core, cwd, signals }: Context,
  { operands: [action = '', name], options }: Input,
): Promise<Snapshot> {
  if (name === undefined) {
    throw badUsage(`berth snapshot ${action} wants the name of a snapshot.`, 'See berth snapshot ls.');
  }
  const { snapshots } = await core();
  const project = await snapshots.findProject(options.text('project'), cwd, signals.abort);
  return snapshots.find(project, name, signals.abort);
}

/** @throws BerthError `bad_usage` where words are left that an action knows nothing of */
export function refuse(action: string, words: readonly string[]): void {
  const [word] = words;
  if (word === undefined) return;
  throw badUsage(`berth snapshot ${action} cannot do anything with "${word}".`, 'A project is named with -p.');
}
