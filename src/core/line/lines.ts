import { setTimeout as delay } from 'node:timers/promises';
import type { ExecStream } from '../engine/types';
import { ShellsAhead } from './ahead';
import { callContainer } from './answer';
import { bootstrapExec } from './bootstrap';
import { dialing } from './dial';
import { ContainerLine, type LineOptions } from './line';
import type { Line, Lines } from './types';

/** A container takes far longer to start than this, in milliseconds, and the request for it is on its way by then. */
const startMs = 10;

/** One Line a container, for as long as the process lives. */
export function createLines(options: Pick<LineOptions, 'engine' | 'home' | 'idleMs' | 'session'>): Lines {
  const lines = new Map<string, Line>();
  const ahead = new ShellsAhead();
  const { home } = options;
  const engine: LineOptions['engine'] = {
    get: async (signal) => ahead.over(dialing(await options.engine.get(signal), home)),
  };
  const call: LineOptions['call'] = async (containerId) =>
    (await ahead.called(containerId)) ?? callContainer(home, containerId);
  const drop = (containerId: string): void => {
    lines.get(containerId)?.dispose();
    lines.delete(containerId);
  };
  return {
    get: (target) => {
      const found = lines.get(target.containerId);
      if (found !== undefined && found.state !== 'closed') return found;
      const made = new ContainerLine({ ...options, engine, call, target });
      lines.set(target.containerId, made);
      return made;
    },
    open: (containerId) => {
      const found = lines.get(containerId);
      return found?.state === 'connected' ? found : null;
    },
    prepare: () => {
      // On this machine's own engine SSH is seldom needed at once.
      const loaded = options.engine.get().then(({ info }) => (info.local ? undefined : import('ssh2')));
      loaded.catch(() => undefined);
    },
    expect: async (target, started) => {
      const { containerId } = target;
      const soon = delay(startMs);
      // Who commits is asked of a program of this machine's, and held for a while.
      void soon.then(() => options.session?.({ ...target, environment: {} })).catch(() => undefined);
      const on = await options.engine.get();
      const byEngine = (): Promise<ExecStream> => started.then(() => on.execStream(containerId, bootstrapExec));
      return ahead.begin(containerId, callContainer(home, containerId, { soon, started }), byEngine);
    },
    drop,
    dispose: () => [...lines.keys()].forEach(drop),
  };
}
