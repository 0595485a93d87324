import type { Context, OptionSpec } from './command';
import type { Options } from './options';
import type { ProgressView } from './render/progress';

export const progressOption: OptionSpec = {
  flags: '--progress <HOW>',
  description: 'on stderr: auto, plain, json (one object a line) or none',
  choices: ['auto', 'plain', 'json', 'none'],
};

/** A view that knows which notices it has shown to whoever reads the answer. */
export interface TellingView extends ProgressView {
  /** Those that the answer is to show: none twice on a terminal, and all where they go apart. */
  untold(notices: readonly string[]): readonly string[];
}

/** The view of a long action that was asked for; on stderr, so that stdout holds the answer alone. */
export async function progressView(context: Context, options: Options): Promise<TellingView> {
  const { streams, json } = context;
  const how = options.text('progress') ?? 'auto';
  const view = await viewFor(context, how);
  const isOneScreen = streams.stdout.isTTY && streams.stderr.isTTY && !json && how !== 'none' && how !== 'json';
  return isOneScreen ? tellingOnce(view) : { ...view, untold: (notices) => notices };
}

/** For an answer on the same terminal. */
export function tellingOnce(view: ProgressView): TellingView {
  const told = new Set<string>();
  return {
    report(event) {
      if (event.kind === 'notice') told.add(event.message);
      view.report(event);
    },
    end: () => view.end(),
    untold: (notices) => notices.filter((notice) => !told.has(notice)),
  };
}

async function viewFor({ streams, env, verbose, json }: Context, how: string): Promise<ProgressView> {
  if (how === 'none') return { report: () => undefined, end: () => undefined };
  const [views, { styleFor }] = await Promise.all([import('./render/progress'), import('./render/style')]);
  if (how === 'json') return views.jsonProgress(streams.stderr);
  const live = how === 'auto' && streams.stderr.isTTY && !json && env['TERM'] !== 'dumb';
  return live
    ? views.liveProgress(streams.stderr, styleFor(true, env), verbose)
    : views.plainProgress(streams.stderr, verbose);
}
