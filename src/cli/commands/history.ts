import { journalStats } from '../../core/journal/stats';
import { nameOperand, type Command } from '../command';
import { badUsage } from '../usage';

/** How many entries a person is shown unless more are asked for. */
const usual = 50;

export const history: Command = {
  name: 'history',
  synopsis: '[NAME] [--limit N] [--stats]',
  // They share a line of the help, which has to fit a screen.
  listed: { call: 'history|agents …', summary: 'what happened, newest first; what agents changed' },
  summary: 'what happened to the containers, newest first',
  operands: [{ ...nameOperand, description: "one project's name, id prefix or path; left out: all of them" }],
  options: [
    { flags: '--limit <N>', description: `how many entries, or "all" (default: ${usual})` },
    { flags: '--stats', description: 'counts over all of it: templates, refreshes, sessions' },
  ],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name], options }) {
    const limit = options.count('limit') ?? (options.flag('stats') ? 'all' : usual);
    if (limit === 0) throw badUsage('--limit wants a number above 0, or "all"');
    const { journal, projects } = await core();
    const project = name === undefined ? undefined : (await projects.find(name, cwd, signals.abort)).id;
    const entries = await journal.read({
      ...(limit === 'all' ? {} : { limit }),
      ...(project === undefined ? {} : { project }),
    });
    return options.flag('stats')
      ? { kind: 'history_stats', stats: journalStats(entries) }
      : { kind: 'history', entries };
  },
};
