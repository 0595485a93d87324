import { ShellsAhead } from './ahead';
import { dialing } from './dial';
import { SshLine, type LineOptions } from './line';
import type { Line, Lines } from './types';

/** One Line a container, for as long as the process lives. */
export function createLines(options: Pick<LineOptions, 'engine' | 'home' | 'idleMs' | 'session'>): Lines {
  const lines = new Map<string, Line>();
  const ahead = new ShellsAhead();
  const { home } = options;
  const engine: LineOptions['engine'] = {
    get: async (signal) => ahead.over(dialing(await options.engine.get(signal), home)),
  };
  const drop = (containerId: string): void => {
    lines.get(containerId)?.dispose();
    lines.delete(containerId);
  };
  return {
    get: (target) => {
      const found = lines.get(target.containerId);
      if (found !== undefined && found.state !== 'closed') return found;
      const made = new SshLine({ ...options, engine, target });
      lines.set(target.containerId, made);
      return made;
    },
    open: (containerId) => {
      const found = lines.get(containerId);
      return found?.state === 'connected' ? found : null;
    },
    prepare: () => void import('ssh2'),
    expect: async (containerId, started) =>
      ahead.begin(dialing(await options.engine.get(), home, started), containerId),
    drop,
    dispose: () => [...lines.keys()].forEach(drop),
  };
}
