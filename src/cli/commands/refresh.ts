import { nameOperand, type Command } from '../command';
import { progressOption, progressView } from '../progress-view';

export const refresh: Command = {
  name: 'refresh',
  synopsis: '[NAME] [--now] [--clean-home]',
  summary: 'replace a stale container, keeping what lasts',
  // They share a line of the help, which has to fit a screen.
  listed: { call: 'refresh|rollback [NAME]', summary: 'replace a stale container, or go back' },
  operands: [nameOperand],
  options: [
    { flags: '--now', description: 'whatever the verdict, and without waiting for idle' },
    { flags: '--clean-home', description: 'begin with a new home folder; `berth rollback` has the old one' },
    progressOption,
  ],
  output: 'document',
  notes: [
    'A container of the new image is tried first; the one in use is touched only once',
    'that works. Without --now nothing is done while the container is as its template',
    'says, while it is in use, and while something would be lost (`berth plan`).',
  ],
  async run(context, { operands: [query], options }) {
    const { projects } = await context.core();
    const view = await progressView(context, options);
    try {
      const row = await projects.find(query, context.cwd, context.signals.abort);
      const choice = { now: options.flag('now'), cleanHome: options.flag('cleanHome') };
      const result = await projects.refreshContainer(row, choice, view.report, context.signals.abort);
      return { kind: 'refreshed', result: { ...result, notices: view.untold(result.notices) } };
    } finally {
      view.end();
    }
  },
};

export const rollback: Command = {
  name: 'rollback',
  synopsis: '[NAME]',
  summary: 'go back to the container that a refresh replaced',
  listed: false,
  operands: [nameOperand],
  options: [],
  output: 'document',
  notes: ['The home folder and the workspace stay as they are now. Asked once more, it goes', 'forth again.'],
  async run({ core, cwd, signals }, { operands: [query] }) {
    const { projects } = await core();
    const row = await projects.find(query, cwd, signals.abort);
    return { kind: 'rolled_back', result: await projects.rollback(row, signals.abort) };
  },
};
