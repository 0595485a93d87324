import type { Command } from '../command';
import { progressOption, progressView } from '../progress-view';

export const build: Command = {
  name: 'build',
  synopsis: 'TEMPLATE|FILE [--no-cache]',
  summary: "build a template's image",
  operands: [{ spec: '<TEMPLATE|FILE>', description: "a template's name, or a path to a file" }],
  options: [{ flags: '--no-cache', description: 'build it anew, without the cache' }, progressOption],
  output: 'document',
  async run(context, { operands: [name = ''], options }) {
    const began = performance.now();
    const { projects } = await context.core();
    const view = await progressView(context, options);
    try {
      // Commander turns --no-cache into cache: false.
      const noCache = options.isOff('cache');
      const built = await projects.buildImage(name, context.cwd, { noCache }, view.report, context.signals.abort);
      return { kind: 'built', built, ms: performance.now() - began };
    } finally {
      view.end();
    }
  },
};
