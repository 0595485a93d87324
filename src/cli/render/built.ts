import type { Result } from '../result';
import { duration } from './layout';

type Built = Extract<Result, { kind: 'built' }>;

/** What `build --json` says, but for what every document begins with. Its keys are a contract: docs/cli.md. */
export function builtJson({ built, ms }: Built) {
  return {
    template: built.template,
    image: { id: built.image, tag: built.tag },
    reused: built.reused,
    pushed: built.pushed ?? null,
    timings_ms: { total: Math.round(ms) },
  };
}

/** The same for a person. */
export function builtText({ built, ms }: Built): string {
  const { tag, reused, pushed } = built;
  const state = reused ? 'is up to date' : `was built in ${duration(ms)}`;
  const digest = pushed?.digest == null ? '' : ` (${pushed.digest})`;
  return [`${tag} ${state}.`, ...(pushed === undefined ? [] : [`Pushed as ${pushed.reference}${digest}.`])].join('\n');
}
