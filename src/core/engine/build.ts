import { randomUUID } from 'node:crypto';
import { cancelled } from '../errors';
import type { Progress } from '../log';
import type { Api } from './api';
import { BuildKitReader } from './build-buildkit';
import { ClassicReader } from './build-classic';
import { contextTar, dockerfileName } from './build-context';
import { buildFailure } from './build-failure';
import type { BuildLine } from './build-steps';
import { engineWords, statusOf } from './failures';
import { jsonLines } from './lines';
import { passForBuild } from './registry-access';
import type { BuildRequest } from './image-requests';
import type { EngineInfo } from './types';

/** Builds an image; an abort ends the build on the engine before this rejects. */
export async function buildImage(
  api: Api,
  info: EngineInfo,
  request: BuildRequest,
  progress: Progress,
  signal?: AbortSignal,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  signal?.throwIfAborted();
  const doing = 'build the image';
  const id = `berth-${randomUUID()}`;
  const reader = info.buildkit ? new BuildKitReader(progress) : new ClassicReader(progress);
  const headers = await passForBuild(env, request.bases ?? [], signal);
  const context = contextTar(request);
  try {
    const query = buildQuery(request, info, id);
    const options = { doing, query, signal, headers, own: [400, 500] };
    const response = await api.stream('POST', '/build', options, context);
    for await (const line of jsonLines(response)) reader.read(line as BuildLine);
  } catch (error) {
    if (signal?.aborted === true) {
      if (info.buildkit) await cancelBuild(api, id);
      throw cancelled();
    }
    if (statusOf(error) === undefined) throw api.failure(error, doing, signal);
    // Refused before it began: a Dockerfile that does not parse.
    reader.read({ error: engineWords(error) });
  } finally {
    // What the engine did not take in holds a file of the folder open.
    context.destroy();
  }
  const end = reader.end();
  signal?.throwIfAborted();
  if (end.error !== undefined || end.imageId === undefined) throw buildFailure(end);
  return end.imageId;
}

function buildQuery(request: BuildRequest, info: EngineInfo, id: string): Record<string, string | boolean | object> {
  return {
    t: request.tag,
    dockerfile: request.dockerfileName ?? dockerfileName,
    buildargs: request.buildArgs,
    labels: request.labels,
    nocache: request.noCache,
    rm: true,
    forcerm: true,
    ...(info.buildkit ? { version: '2', buildid: id } : {}),
  };
}

/** BuildKit goes on without its client unless it is told; it is asked until it has heard. */
async function cancelBuild(api: Api, id: string): Promise<void> {
  const query = { id };
  await api.json('POST', '/build/cancel', { doing: 'cancel the build', query }).catch(() => undefined);
}
