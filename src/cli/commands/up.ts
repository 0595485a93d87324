import { resolve } from 'node:path';
import type { Command } from '../command';
import { lockChoice, lockOptions } from '../lock-options';
import { progressOption, progressView } from '../progress-view';

export const up: Command = {
  name: 'up',
  synopsis: '[DIR] [--name N] [--template NAME|FILE] [--rebuild] [--no-cache]',
  summary: "make the project's container be up; safe to repeat",
  operands: [{ spec: '[DIR]', description: 'the project’s folder; left out: the current one' }],
  options: [
    { flags: '--name <N>', description: "the project's name; left out: its folder's" },
    { flags: '--template <NAME|FILE>', description: "in place of the folder's own berth.yaml" },
    { flags: '--rebuild', description: 'make the container anew, even if nothing asks for it' },
    { flags: '--no-cache', description: 'build the image without the cache' },
    ...lockOptions,
    progressOption,
  ],
  output: 'document',
  async run(context, { operands: [folder = '.'], options }) {
    const locking = lockChoice(options);
    const core = await context.core();
    const view = await progressView(context, options);
    const name = options.text('name');
    const template = options.text('template');
    try {
      const up = await core.projects.up(
        resolve(context.cwd, folder),
        {
          ...(name === undefined ? {} : { name }),
          ...(template === undefined ? {} : { template }),
          rebuild: options.flag('rebuild'),
          // Commander turns --no-cache into cache: false.
          noCache: options.isOff('cache'),
          ...locking,
        },
        view.report,
        context.signals.abort,
      );
      const access = await core.git.look(up.row, context.signals.abort);
      const notices = view.untold(up.notices);
      if (access === null || access.granted) return { kind: 'up', up: { ...up, notices } };
      const { ungrantedText } = await import('../render/git');
      return { kind: 'up', up: { ...up, notices: [...notices, ungrantedText(up.row, access)] } };
    } finally {
      view.end();
    }
  },
};
