import { Api } from './api';
import { inspectContainer, listContainers } from './containers';
import { startExec } from './exec';
import { openExecStream } from './exec-stream';
import type { KnownLocalEngine } from './known';
import { createLocalClient, type Sent } from './local-client';
import { containerProcesses } from './processes';
import type { Engine } from './types';

/** What it takes to run a command in a container, or to carry bytes there. */
export type BriefEngine = Pick<
  Engine,
  'exec' | 'execStream' | 'inspectContainer' | 'containerProcesses' | 'listContainers' | 'dispose'
>;

/** Where such an engine is: a local socket as a URL, and what an earlier process found there. */
export interface BriefAt extends KnownLocalEngine {
  /** What was asked before (see first.ts). */
  readonly sent?: Sent | undefined;
}

/**
 * An engine for a process that asks it a few things and ends: nobody makes its acquaintance first, since each of its
 * answers says whether it is still the known one; another one fails the call.
 */
export function createBriefEngine({ url, known, sent }: BriefAt): BriefEngine {
  const client = createLocalClient(url.slice('unix://'.length), known.info.apiVersion, known.mark, sent);
  const api = new Api(client, { url, source: 'an earlier look' });
  return {
    exec: (id, spec, signal) => startExec(api, id, spec, signal),
    execStream: (id, spec, signal) => openExecStream(api, id, spec, signal),
    inspectContainer: (name, signal) => inspectContainer(api, name, signal),
    containerProcesses: (id, signal) => containerProcesses(api, id, signal),
    listContainers: (filter, signal) => listContainers(api, filter, signal),
    dispose: () => api.dispose(),
  };
}
