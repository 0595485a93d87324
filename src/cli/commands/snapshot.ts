import type { Command } from '../command';
import { badUsage } from '../usage';
import { prune, remove, usualKeep } from './snapshot-remove';
import { begin, restore } from './snapshot-restore';
import { create, list } from './snapshot-make';
import type { SnapshotVerb } from './snapshot-make';

export const snapshot: Command = {
  name: 'snapshot',
  synopsis: 'create|ls|restore|new|rm|prune [SNAPSHOT] [DIR] [-p NAME]',
  listed: false,
  summary: 'keep a container as an image, and go back to it',
  operands: [
    { spec: '<ACTION>', description: 'what to do; prune leaves the newest' },
    { spec: '[SNAPSHOT]', description: 'its name; create without one names it by the time' },
    { spec: '[DIR]', description: 'new: the folder of the project to begin with it' },
  ],
  options: [
    { flags: '-p, --project <NAME>', description: "a project's name, id prefix or path; left out: this folder" },
    { flags: '--note <TEXT>', description: 'create: a line to remember it by' },
    { flags: '--volumes', description: 'create, restore: its volumes too, as archives' },
    { flags: '--all', description: 'ls: those of all projects' },
    { flags: '--keep <N>', description: `prune: how many of the newest stay (default: ${usualKeep})` },
    { flags: '--dry-run', description: 'prune, restore: only say what would go' },
    { flags: '--force', description: 'rm, prune, restore: ask nothing' },
  ],
  output: 'document',
  notes: ['A restore goes the way of a refresh: `berth rollback` has the container of now.'],
  async run(context, input) {
    const [action = ''] = input.operands;
    const verb = verbs.get(action);
    if (verb === undefined) {
      throw badUsage(`berth snapshot cannot "${action}".`, `Say ${[...verbs.keys()].join(', ')}.`);
    }
    return verb(context, input);
  },
};

const verbs: ReadonlyMap<string, SnapshotVerb> = new Map([
  ['create', create],
  ['ls', list],
  ['restore', restore],
  ['new', begin],
  ['rm', remove],
  ['prune', prune],
]);
