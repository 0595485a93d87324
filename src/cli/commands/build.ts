import type { Command } from '../command';
import { lockChoice, lockOptions } from '../lock-options';
import { progressOption, progressView } from '../progress-view';
import { badUsage } from '../usage';

export const build: Command = {
  name: 'build',
  synopsis: 'TEMPLATE|FILE [--push IMAGE] [--lock|--frozen] [--no-cache]',
  // It shares a line of the help with `templates`: the help has to fit a screen.
  listed: { call: 'build|templates …', summary: "build a template's image; which templates there are" },
  summary: "build a template's image",
  operands: [{ spec: '<TEMPLATE|FILE>', description: "a template's name, or a path to a file" }],
  options: [
    { flags: '--push <IMAGE>', description: 'then push it by this name, such as registry.example.com/team/dev:1' },
    ...lockOptions,
    { flags: '--no-cache', description: 'build it anew, without the cache' },
    progressOption,
  ],
  output: 'document',
  async run(context, { operands: [name = ''], options }) {
    const began = performance.now();
    const push = options.text('push');
    if (push !== undefined) await checkTag(push);
    const locking = lockChoice(options);
    const { projects, engine, templates } = await context.core();
    const view = await progressView(context, options);
    try {
      // Commander turns --no-cache into cache: false.
      const noCache = options.isOff('cache');
      const how = { noCache, ...locking, ...(push === undefined ? {} : { push }) };
      const built = await projects.buildImage(name, context.cwd, how, view.report, context.signals.abort);
      if (Object.values(how).every((one) => one === false)) {
        const [{ rememberBuild }, { buildQuestion }] = await Promise.all([
          import('../../core/projects/remember-build'),
          import('../remembered'),
        ]);
        const question = buildQuestion(name, context.cwd, context.env);
        await rememberBuild(question, await engine.get(context.signals.abort), templates, built);
      }
      return { kind: 'built', built, ms: performance.now() - began };
    } finally {
      view.end();
    }
  },
};

/** A name to push by is judged before minutes are spent on a build. */
async function checkTag(text: string): Promise<void> {
  const { fits, imageReference } = await import('../../core/templates/grammar');
  if (fits(imageReference, text) && !text.includes('@')) return;
  throw badUsage(`--push wants a name in a registry, such as registry.example.com/team/dev:1, not "${text}".`);
}
