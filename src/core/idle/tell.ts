import type { Engine } from '../engine/types';
import type { Disposable } from '../lifetime';
import { partOf, specAtMaking } from '../projects/made-spec';
import { noteUse } from './mark';

/** Tells the watcher inside that the container is in use. */
export interface UseTeller extends Disposable {
  /** Cheap: what is told again soon after is told once, at the end of that time. */
  tell(): void;
}

/** The longest time between two words to the watcher, in milliseconds. */
const longestPause = 60_000;

/** After how many milliseconds without use a container stops; null where it never does. Pure. */
export function stopAfterOf(container: { readonly labels: Readonly<Record<string, string>> }): number | null {
  const { stop_after: after } = partOf(specAtMaking(container), 'idle');
  return typeof after === 'number' && after > 0 ? after : null;
}

/** For who carries a person's bytes into a container, where the watcher cannot see them. Failing to tell is no failure. */
export function createUseTeller(engine: Pick<Engine, 'exec'>, containerId: string, stopAfterMs: number): UseTeller {
  const pause = Math.min(longestPause, stopAfterMs / 4);
  let resting: NodeJS.Timeout | undefined;
  let again = false;
  const say = (): void => {
    again = false;
    resting = setTimeout(() => {
      resting = undefined;
      if (again) say();
    }, pause).unref();
    engine
      .exec(containerId, { argv: ['/bin/sh', '-c', noteUse], user: 'root', stdin: false })
      .then((process) => {
        process.stdout.resume();
        process.stderr.resume();
        return process.exit;
      })
      .catch(() => undefined);
  };
  return {
    tell: () => {
      if (resting === undefined) say();
      else again = true;
    },
    dispose: () => clearTimeout(resting),
  };
}
