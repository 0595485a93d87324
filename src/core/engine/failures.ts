import { BerthError, cancelled, isCancelled, messageOf } from '../errors';
import type { EngineEndpoint } from './types';

const unreachable = new Set([
  'ENOENT',
  'ENOTDIR',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** The engine answered with an error of its own; the message is its words. */
export class EngineAnswer extends Error {
  constructor(
    readonly statusCode: number,
    body: string,
  ) {
    super(wordsOf(body) || `HTTP ${statusCode}`);
  }
}

function wordsOf(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string') {
      return json.message.trim();
    }
  } catch {
    // A proxy's page, say.
  }
  return body.trim();
}

/** The status code of the engine's answer; undefined where it gave none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof EngineAnswer ? error.statusCode : undefined;
}

/** The engine's own words, or what broke the way to them. */
export function engineWords(error: unknown): string {
  return messageOf(error).trim();
}

/** Why an endpoint could not be used: a short phrase for a list of attempts. */
export function connectProblem(error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such socket';
    case 'ECONNREFUSED':
      return 'nothing listens there (connection refused)';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name is not known';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'the host does not answer';
    default:
      return engineWords(error);
  }
}

/** Whether the system refused the socket to this user. */
export function isPermissionDenied(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EACCES' || code === 'EPERM';
}

/**
 * Turns whatever a request threw into a BerthError: no answer is `engine_unreachable`, an engine out of space
 * `disk_full`, any other answer `engine_error` with the engine's words. Cancellation stays what it is.
 * @param doing what was tried, to stand after "could not": `start the container api`
 */
export function engineFailure(error: unknown, doing: string, endpoint: EngineEndpoint, signal?: AbortSignal): Error {
  if (signal?.aborted === true || isCancelled(error)) return cancelled();
  if (error instanceof BerthError) return error;
  if (isPermissionDenied(error)) return permissionDenied(endpoint, error);
  const words = engineWords(error);
  if (statusOf(error) === undefined && (unreachable.has(codeOf(error) ?? '') || words === 'socket hang up')) {
    return new BerthError('engine_unreachable', `The container engine at ${endpoint.url} does not answer.`, {
      hint: 'Start the engine, then try again; `berth doctor` says what is wrong.',
      errors: [{ message: `could not ${doing}: ${connectProblem(error)}` }],
      cause: error,
    });
  }
  if (isNoSpace(words)) return diskFull(doing, error);
  return new BerthError('engine_error', `The engine could not ${doing}: ${words}`, { cause: error });
}

/** Whether these words, of the engine or of a build’s step, say that a disk is full. Pure. */
export function isNoSpace(words: string): boolean {
  return /no space left on device|ENOSPC|disk quota exceeded/i.test(words);
}

/** What to say where the engine has no space left. `doing`: as for {@link engineFailure}. */
export function diskFull(doing: string, cause: unknown): BerthError {
  return new BerthError('disk_full', `The engine’s disk is full: it could not ${doing}.`, {
    hint: 'Free space on the engine, for example with `docker system prune`, then try again.',
    cause,
  });
}

/** What to say where this user may not use the engine’s socket. */
export function permissionDenied(endpoint: EngineEndpoint, cause: unknown): BerthError {
  return new BerthError('engine_permission_denied', `This user may not use the container engine at ${endpoint.url}.`, {
    hint: 'Join the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again), or use a rootless engine.',
    cause,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
