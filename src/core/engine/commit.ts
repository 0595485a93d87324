import { BerthError } from '../errors';
import { dockerfileQuote } from '../quote';
import type { Api } from './api';
import { containerGone } from './container-path';
import { engineWords, statusOf } from './failures';
import { parseReference } from './image-reference';
import type { CommitRequest } from './image-requests';
import type { EngineInfo } from './types';

/**
 * Makes an image of a container's writable layer on its image. A running one is paused for as long as that takes, so that
 * no file is caught half-written; Podman cannot do that for all users, and goes without.
 */
export async function commitContainer(
  api: Api,
  info: Pick<EngineInfo, 'flavour'>,
  id: string,
  request: CommitRequest,
  signal?: AbortSignal,
): Promise<string> {
  const doing = `make an image of the container ${id.slice(0, 40)}`;
  const { name: repo, tag = 'latest' } = parseReference(request.tag);
  const query = { container: id, repo, tag, pause: info.flavour === 'docker', changes: commitChanges(request) };
  try {
    const made = await api.json('POST', '/commit', { doing, query, body: {}, signal, own: [404] });
    return (made as { Id: string }).Id;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    if (/no such container/i.test(engineWords(error))) throw containerGone(id, error);
    throw new BerthError('engine_error', `The engine could not ${doing}: ${engineWords(error)}`, { cause: error });
  }
}

/**
 * What the image is to say otherwise than its container, as instructions of a Dockerfile, which Docker and Podman both
 * take. The container's health check is its template's, and not for whatever is made from the image. Pure.
 */
export function commitChanges({ labels, environment }: Pick<CommitRequest, 'labels' | 'environment'>): string {
  const pairs = (word: string, map: Readonly<Record<string, string>>): string[] =>
    Object.entries(map).map(([key, value]) => `${word} ${key}=${dockerfileQuote(value)}`);
  return [...pairs('LABEL', labels), ...pairs('ENV', environment), 'HEALTHCHECK NONE'].join('\n');
}
