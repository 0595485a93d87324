import type { ZodError } from 'zod';
import { BerthError, isCancelled } from '../errors';

/** What a call that failed tells: a code of core/errors.ts, one sentence, and what to do next. */
export interface ToolFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly errors?: readonly { readonly message: string; readonly path?: string }[];
}

/** Anything thrown in words for a client: never a stack, nor what is only the log's. Pure. */
export function failureOf(error: unknown): ToolFailure {
  if (isCancelled(error)) {
    return { code: 'cancelled', message: 'The call was cancelled.', hint: 'Call again if it is still wanted.' };
  }
  if (!(error instanceof BerthError)) {
    return { code: 'internal', message: 'Berth failed unexpectedly.', hint: 'See the log of berth mcp --verbose.' };
  }
  const { code, message, hint, errors } = error;
  return {
    code,
    message,
    hint: hint ?? usualHint,
    ...(errors === undefined
      ? {}
      : {
          errors: errors.map((one) => ({
            message: one.message,
            ...(one.path === undefined ? {} : { path: one.path }),
          })),
        }),
  };
}

const usualHint = 'See `status` of the container, or `doctor` for what Berth needs.';

/** Where engines are: a socket's path, or a machine's name. */
const address = /\b(?:unix|npipe|ssh|tcp):\/\/[^\s"\\,()]+/g;

/** The same without where things lie on this machine: a client gets no path but those of projects. Pure. */
export function withoutPaths(failure: ToolFailure, hidden: readonly string[]): ToolFailure {
  const text = hidden.reduce(
    (all, path) => all.replaceAll(JSON.stringify(path).slice(1, -1), '…'),
    JSON.stringify(failure),
  );
  return JSON.parse(text.replace(address, '…')) as ToolFailure;
}

/** Arguments that do not fit a tool's schema. Pure. */
export function badArguments(tool: string, { issues }: ZodError): BerthError {
  const errors = issues.slice(0, 10).map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  return new BerthError('bad_usage', `The arguments do not fit ${tool}: ${sentence(errors)}.`, {
    hint: 'See the tool’s input schema in tools/list.',
    errors,
  });
}

function sentence(errors: readonly { readonly path: string; readonly message: string }[]): string {
  return errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
