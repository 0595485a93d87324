import type Docker from 'dockerode';
import { Api } from './api';
import { containerPath } from './container-path';
import { containerDetail } from './container-shapes';
import { startExec } from './exec';
import { markOf, type KnownEngine } from './known';
import { createLocalClient } from './local-client';
import { containerProcesses } from './processes';
import type { ContainerDetail, Engine } from './types';

/** What running a command in one container takes of an engine. */
export type ExecEngine = Pick<Engine, 'exec' | 'inspectContainer' | 'containerProcesses'>;

/** Where such an engine is: a local socket as a URL, and what an earlier process found there. */
export interface BriefAt {
  readonly url: string;
  readonly known: KnownEngine;
}

/**
 * Looks at one container of a known engine, and is ready to run a command in it: one round trip, without making the
 * engine's acquaintance first, since its answer says whether it is still the same; null where it is not.
 * @throws BerthError for a container that is not there, and for an engine that does not answer
 */
export async function lookBriefly(
  { url, known }: BriefAt,
  name: string,
  signal?: AbortSignal,
): Promise<{ readonly engine: ExecEngine; readonly container: ContainerDetail } | null> {
  const client = createLocalClient(url.slice('unix://'.length), known.info.apiVersion);
  const api = new Api(client, { url, source: 'an earlier look' });
  const doing = `inspect the container ${name}`;
  const answer = await api.stream('GET', containerPath(name, 'json'), { doing, signal });
  if (markOf(answer) !== known.mark) {
    answer.destroy();
    return null;
  }
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const container = containerDetail(JSON.parse(Buffer.concat(parts).toString()) as Docker.ContainerInspectInfo);
  const engine: ExecEngine = {
    exec: (id, spec, also) => startExec(api, id, spec, also),
    inspectContainer: async (id, also) => (await import('./containers')).inspectContainer(api, id, also),
    containerProcesses: (id, also) => containerProcesses(api, id, also),
  };
  return { engine, container };
}
