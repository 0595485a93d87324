import type { Context, OptionSpec } from './command';
import type { Options } from './options';
import type { ProgressView } from './render/progress';

export const progressOption: OptionSpec = {
  flags: '--progress <HOW>',
  description: 'on stderr: auto, plain, json (one object a line) or none',
  choices: ['auto', 'plain', 'json', 'none'],
};

/** The view of a long action that was asked for; on stderr, so that stdout holds the answer alone. */
export async function progressView({ streams, env, verbose, json }: Context, options: Options): Promise<ProgressView> {
  const how = options.text('progress') ?? 'auto';
  if (how === 'none') return { report: () => undefined, end: () => undefined };
  const [views, { styleFor }] = await Promise.all([import('./render/progress'), import('./render/style')]);
  if (how === 'json') return views.jsonProgress(streams.stderr);
  const live = how === 'auto' && streams.stderr.isTTY && !json && env['TERM'] !== 'dumb';
  return live
    ? views.liveProgress(streams.stderr, styleFor(true, env), verbose)
    : views.plainProgress(streams.stderr, verbose);
}
