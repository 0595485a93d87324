import { BerthError } from '../core/errors';

/** A wrong command line. */
export function badUsage(message: string, hint?: string): BerthError {
  return new BerthError('bad_usage', message, hint === undefined ? {} : { hint });
}
