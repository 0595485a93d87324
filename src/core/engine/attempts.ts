import { BerthError, isCancelled } from '../errors';
import { connectEndpoint } from './connect';
import type { EndpointChoice } from './endpoint-facts';
import { connectProblem, isPermissionDenied, permissionDenied } from './failures';
import type { KnownEngines } from './known';
import type { Engine, EngineAttempt, EngineEndpoint } from './types';

/** How a round of attempts ended: an engine and what was passed over, or why there is none. */
export type AttemptResult =
  | { readonly engine: Engine; readonly passedOver: readonly EngineAttempt[] }
  | { readonly error: BerthError; readonly tried: readonly EngineAttempt[] };

/** Tries the endpoints of a choice in order. @throws only what an aborted signal throws */
export async function tryEndpoints(
  choice: EndpointChoice,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
  known?: Partial<KnownEngines>,
): Promise<AttemptResult> {
  if (choice.kind === 'broken') return { error: namedFailure(choice.attempt, undefined), tried: [choice.attempt] };
  const endpoints = choice.kind === 'named' ? [choice.endpoint] : choice.endpoints;
  const tried: EngineAttempt[] = [];
  let denied: { readonly endpoint: EngineEndpoint; readonly error: unknown } | undefined;
  let last: unknown;
  for (const endpoint of endpoints) {
    try {
      return { engine: await connectEndpoint(endpoint, env, signal, known), passedOver: tried };
    } catch (error) {
      if (signal?.aborted === true || isCancelled(error)) throw error;
      last = error;
      tried.push({ endpoint, problem: connectProblem(error) });
      if (isPermissionDenied(error)) denied ??= { endpoint, error };
    }
  }
  if (denied !== undefined)
    return { error: withAttempts(permissionDenied(denied.endpoint, denied.error), tried), tried };
  const [first] = tried;
  if (choice.kind === 'named' && first !== undefined) return { error: namedFailure(first, last), tried };
  return { error: nothingAnswers(tried, last), tried };
}

function namedFailure(attempt: EngineAttempt, cause: unknown): BerthError {
  if (cause instanceof BerthError) return cause;
  const { url, source } = attempt.endpoint;
  const named = url === '' ? `The engine of ${source}` : `The engine of ${source}, ${url},`;
  return new BerthError('engine_unreachable', `${named} cannot be reached: ${attempt.problem}.`, {
    hint: `Start that engine or change ${source}; no other engine is taken in its place.`,
    errors: [attemptDetail(attempt)],
    cause,
  });
}

function nothingAnswers(tried: readonly EngineAttempt[], cause: unknown): BerthError {
  return new BerthError('engine_unreachable', 'No container engine answers on this machine.', {
    hint: 'Start Docker or Podman, or name an engine with DOCKER_HOST.',
    errors: tried.map(attemptDetail),
    cause,
  });
}

function withAttempts(error: BerthError, tried: readonly EngineAttempt[]): BerthError {
  const { hint, cause, code, message } = error;
  return new BerthError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    errors: tried.map(attemptDetail),
    cause,
  });
}

function attemptDetail({ endpoint, problem }: EngineAttempt): { message: string } {
  return { message: `${endpoint.url === '' ? endpoint.source : `${endpoint.url} (${endpoint.source})`}: ${problem}` };
}
