import { getHeapStatistics } from 'node:v8';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createCore } from '../../src/core/create';
import { silentLogger } from '../../src/core/log';
import type { Core } from '../../src/core/types';
import { REPOSITORY } from '../harness/paths';

/** What this process can be asked: each question is answered once it is done. */
export type Question =
  | { readonly ask: 'load'; readonly engines: readonly { readonly address: string; readonly home: string }[] }
  | { readonly ask: 'watch' }
  /** `holds`: from now on the event loop is watched until the next question; that costs a little CPU itself. */
  | { readonly ask: 'usage'; readonly holds: boolean }
  | { readonly ask: 'heap' };

/** What a process that holds the core has used so far. */
export interface Usage {
  /** Milliseconds of CPU since its start, in all threads. */
  readonly cpuMs: number;
  /** The longest that its event loop was held up, in milliseconds, where that was watched. */
  readonly blockedMs: number;
}

export interface Loaded {
  readonly rows: number;
  /** When the last of the snapshots was there; milliseconds since the epoch. */
  readonly at: number;
}

const cores: Core[] = [];
const loop = monitorEventLoopDelay({ resolution: 5 });

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'load': {
      for (const { address, home } of question.engines) {
        const env = { ...process.env, BERTH_HOME: home, DOCKER_HOST: address, DOCKER_CONTEXT: undefined };
        cores.push(createCore({ log: silentLogger, actor: 'user', env, installation: REPOSITORY }));
      }
      const snapshots = await Promise.all(cores.map(({ projects }) => projects.refresh()));
      return { rows: snapshots.reduce((sum, { rows }) => sum + rows.length, 0), at: Date.now() } satisfies Loaded;
    }
    case 'watch':
      for (const { projects } of cores) projects.watch();
      return undefined;
    case 'usage': {
      const blockedMs = loop.max / 1e6;
      loop.disable();
      const { user, system } = process.cpuUsage();
      loop.reset();
      if (question.holds) loop.enable();
      return { cpuMs: (user + system) / 1000, blockedMs } satisfies Usage;
    }
    case 'heap':
      // Garbage is nothing that it holds; collecting it takes CPU, so this is asked apart.
      globalThis.gc?.();
      return getHeapStatistics().used_heap_size;
  }
}

process.on('message', (question: Question) => {
  answer(question).then(
    (told) => process.send?.({ told }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
