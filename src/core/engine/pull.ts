import type { Progress } from '../log';
import type { Api } from './api';
import { engineWords, statusOf } from './failures';
import { imagePath, parseReference, withTag } from './image-reference';
import { jsonLines } from './lines';
import { passFor, type RegistryPass } from './registry-access';
import { registryFailure } from './registry-failure';
import { TransferError, TransferReader, type TransferLine } from './transfer';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Fetches an image from its registry, with the credentials of the user's Docker config. A reference without a tag means
 * `latest`, and never all tags.
 */
export async function pullImage(
  api: Api,
  env: Env,
  reference: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const doing = `pull the image ${reference}`;
  const pass = await passFor(env, reference, signal);
  tellProblem(pass, progress);
  const query = { fromImage: withTag(reference) };
  await transfer(api, 'pull', reference, { path: '/images/create', query, doing, pass }, progress, signal);
}

/** Sends a tagged image to its registry, with the same credentials. @returns its digest there, where the engine tells it */
export async function pushImage(
  api: Api,
  env: Env,
  reference: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string | null> {
  signal?.throwIfAborted();
  const doing = `push the image ${reference}`;
  const pass = await passFor(env, reference, signal);
  tellProblem(pass, progress);
  const { name, tag = 'latest' } = parseReference(reference);
  const path = `${imagePath(name)}/push`;
  const last = await transfer(api, 'push', reference, { path, query: { tag }, doing, pass }, progress, signal);
  const aux = last?.aux;
  return typeof aux === 'object' && aux !== null && 'Digest' in aux && typeof aux.Digest === 'string'
    ? aux.Digest
    : null;
}

interface Request {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly doing: string;
  readonly pass: RegistryPass;
}

/** @returns the last line that carried a result */
async function transfer(
  api: Api,
  kind: 'pull' | 'push',
  reference: string,
  { path, query, doing, pass }: Request,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<TransferLine | undefined> {
  const reader = new TransferReader(kind, reference, progress);
  let result: TransferLine | undefined;
  try {
    const options = { doing, query, signal, headers: pass.headers, own: [400, 401, 403, 404, 500] };
    const response = await api.stream('POST', path, options);
    for await (const raw of jsonLines(response)) {
      const line = raw as TransferLine;
      reader.read(line);
      if (line.aux !== undefined) result = line;
    }
    return result;
  } catch (error) {
    if (signal?.aborted === true) throw api.failure(error, doing, signal);
    if (error instanceof TransferError || statusOf(error) !== undefined) {
      throw registryFailure(reference, engineWords(error), doing, pass, error);
    }
    throw api.failure(error, doing, signal);
  }
}

function tellProblem({ problem, known, registry }: RegistryPass, progress: Progress): void {
  if (problem === null || known) return;
  progress({ kind: 'notice', message: `${problem}; ${registry} is asked without credentials.` });
}
