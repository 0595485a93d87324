import { BerthError } from '../errors';
import type { ResolvedTemplate } from './types';

/** Fields whose effect does not exist yet; a prefix stands for all below it. `neutral`: what changes nothing when written. */
const pending: readonly { readonly path: string; readonly neutral?: (value: unknown) => boolean }[] = [
];

/** The paths of those fields: the reference page marks them. */
export const pendingFields: readonly string[] = pending.map(({ path }) => path);

function is(expected: unknown) {
  return (value: unknown): boolean => value === expected;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function valueAt(spec: unknown, path: string): unknown {
  let here = spec;
  for (const part of path.split('.').slice(1)) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[part];
  }
  return here;
}

/** Refuses by name what is valid but has no effect yet; null when all that is written has one. Pure. */
export function unsupported(resolved: ResolvedTemplate): BerthError | null {
  const found = pending.filter(({ path, neutral = isEmpty }) => {
    return resolved.written.has(path) && !neutral(valueAt(resolved.spec, path));
  });
  if (found.length === 0) return null;
  const names = found.map(({ path }) => path);
  return new BerthError('template_not_supported', `Not supported yet: ${names.join(', ')}.`, {
    hint: `Take ${names.length === 1 ? 'it' : 'them'} out of the template, or wait for a version of Berth that knows ${names.length === 1 ? 'it' : 'them'}.`,
    errors: names.map((path) => ({ message: `${path} is not supported yet.`, path, ...resolved.origins.get(path) })),
  });
}
