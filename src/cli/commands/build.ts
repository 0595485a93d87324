import type { Command } from '../command';
import { progressOption, progressView } from '../progress-view';
import { version } from '../version';

export const build: Command = {
  name: 'build',
  synopsis: 'TEMPLATE|FILE [--no-cache]',
  summary: "build a template's image",
  operands: [{ spec: '<TEMPLATE|FILE>', description: "a template's name, or a path to a file" }],
  options: [{ flags: '--no-cache', description: 'build it anew, without the cache' }, progressOption],
  output: 'document',
  async run(context, { operands: [name = ''], options }) {
    const began = performance.now();
    const { signals, cwd } = context;
    const [core, { desiredFor }, { ensureImage }] = await Promise.all([
      context.core(),
      import('../../core/projects/desired'),
      import('../../core/projects/image'),
    ]);
    const view = await progressView(context, options);
    try {
      const engine = await core.engine.get(signals.abort);
      const desired = await desiredFor(core.templates, engine, cwd, name);
      // Commander turns --no-cache into cache: false.
      const noCache = options.isOff('cache');
      const before = await engine.inspectImage(desired.image.tag, signals.abort);
      const tag = await ensureImage(engine, desired, { noCache }, version, view.report, signals.abort);
      const after = await engine.inspectImage(tag, signals.abort);
      return {
        kind: 'built',
        template: desired.resolved.name,
        tag,
        image: after?.id ?? '',
        reused: before !== null && !noCache,
        ms: performance.now() - began,
      };
    } finally {
      view.end();
    }
  },
};
