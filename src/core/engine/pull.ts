import { BerthError } from '../errors';
import type { Progress } from '../log';
import type { Api } from './api';
import { diskFull, engineWords, isNoSpace, statusOf } from './failures';
import { jsonLines } from './lines';

interface RawPull {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** Fetches an image from its registry. A reference without a tag means `latest`, and never all tags. */
export async function pullImage(api: Api, reference: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const doing = `pull the image ${reference}`;
  const query = { fromImage: withTag(reference) };
  try {
    const response = await api.stream('POST', '/images/create', { doing, query, signal, own: [400, 403, 404, 500] });
    for await (const raw of jsonLines(response)) pulled(raw as RawPull, progress);
  } catch (error) {
    if (signal?.aborted === true) throw api.failure(error, doing, signal);
    if (error instanceof PullError || statusOf(error) !== undefined) throw pullFailure(reference, error, doing);
    throw api.failure(error, doing, signal);
  }
}

class PullError extends Error {}

function pulled(raw: RawPull, progress: Progress): void {
  const error = raw.errorDetail?.message ?? raw.error;
  if (error !== undefined) throw new PullError(error);
  if (raw.status === undefined || raw.id === undefined) return;
  const { current, total } = raw.progressDetail ?? {};
  progress({
    kind: 'pull',
    layer: raw.id,
    status: raw.status,
    ...(current === undefined ? {} : { current }),
    ...(total === undefined ? {} : { total }),
  });
}

function pullFailure(reference: string, error: unknown, doing: string): BerthError {
  const words = engineWords(error);
  if (isNoSpace(words)) return diskFull(doing, error);
  return imageNotFound(reference, words, error);
}

/** Says which image is missing, and whether the registry said so or did not answer. */
export function imageNotFound(reference: string, words: string, cause: unknown): BerthError {
  const offline =
    /no such host|connection refused|i\/o timeout|network is unreachable|Client\.Timeout|server misbehaving/i;
  const denied = /denied|unauthorized|authentication required/i;
  const [why, hint] = offline.test(words)
    ? ['is not on the engine, and its registry does not answer', 'Check the network, or pull the image by other means.']
    : denied.test(words)
      ? ['does not exist, or its registry wants a login', 'Check its name; for a private one run `docker login`.']
      : ['was not found', 'Check its name and tag.'];
  return new BerthError('image_not_found', `The image ${reference} ${why}.`, {
    hint,
    errors: [{ message: words }],
    cause,
  });
}

function withTag(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(last) ? reference : `${reference}:latest`;
}
