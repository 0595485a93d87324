import { BerthError } from '../../core/errors';
import type { Command } from '../command';
import { imageTarget } from '../image-target';

export const dockerfile: Command = {
  name: 'dockerfile',
  synopsis: 'TEMPLATE|FILE',
  summary: "print a template's Dockerfile",
  operands: [{ spec: '<TEMPLATE|FILE>', description: "a template's name, or a path to a file" }],
  options: [],
  output: 'document',
  async run(context, { operands: [name = ''] }) {
    const { templates, engine } = await context.core();
    const resolved = await templates.resolve(name, context.cwd);
    const info = await engine.get(context.signals.abort).then(
      (found) => found.info,
      (error: unknown) => {
        // A preview needs no engine: it is shown as a local one with BuildKit would get it.
        if (!(error instanceof BerthError)) throw error;
        return null;
      },
    );
    if (info === null) context.streams.stderr.write('note: no engine answers; this is for one with BuildKit\n');
    return {
      kind: 'dockerfile',
      template: resolved.name,
      plan: templates.plan(resolved, await imageTarget(info, context.cwd)),
    };
  },
};
