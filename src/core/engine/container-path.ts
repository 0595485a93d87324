import { BerthError } from '../errors';

/** The path of a container; names come from outside and are never trusted to be path segments. */
export function containerPath(id: string, verb: string): string {
  return `/containers/${encodeURIComponent(id)}/${verb}`;
}

/** Said where a container that was to be used is not there any more. */
export function containerGone(id: string, cause?: unknown): BerthError {
  return new BerthError('container_gone', `The container ${id.slice(0, 40)} is gone.`, {
    hint: 'Bring it up again with `berth up`.',
    cause,
  });
}
