import { isRecord } from '../projects/spec-diff';
import type { SecretSource } from '../templates/schema';
import type { SecretRow } from '../model';
import type { SecretWish } from './types';

/**
 * The secrets that a resolved spec declares, by name. What is no secret of this version's is left out: the spec may come
 * from a label that another one wrote. Pure.
 */
export function declaredSecrets(spec: Readonly<Record<string, unknown>>): readonly SecretWish[] {
  const { secrets } = spec;
  if (!isRecord(secrets)) return [];
  return Object.entries(secrets)
    .flatMap(([name, given]) => {
      const wish = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && isRecord(given) ? wishOf(name, given) : null;
      return wish === null ? [] : [wish];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function wishOf(name: string, given: Readonly<Record<string, unknown>>): SecretWish | null {
  const { from, as, path, mode, required } = given;
  if (!isSource(from) || (as !== 'env' && as !== 'file')) return null;
  if (as === 'file' && typeof path !== 'string') return null;
  return {
    name,
    from,
    as,
    path: as === 'file' && typeof path === 'string' ? path : null,
    mode: typeof mode === 'string' && /^0?[0-7]{3}$/.test(mode) ? mode : '0600',
    required: required === true,
  };
}

function isSource(from: unknown): from is SecretSource {
  if (!isRecord(from)) return false;
  const { kind, value, vault, name } = from;
  if (kind === 'azure-keyvault') return typeof vault === 'string' && typeof name === 'string';
  return ['env', 'file', 'command', 'editor', 'generated'].some((known) => known === kind) && typeof value === 'string';
}

/** A source in a few words that anybody may read: of a command its program alone. Pure. */
export function sourceText(from: SecretSource): string {
  switch (from.kind) {
    case 'azure-keyvault':
      return `azure-keyvault:${from.vault}/${from.name}`;
    case 'command':
      return `command:${/^[\w./+-]+/.exec(from.value)?.[0] ?? '…'}`;
    case 'env':
    case 'file':
    case 'editor':
    case 'generated':
      return `${from.kind}:${from.value}`;
  }
}

/** What can be said of a secret before anybody has looked. Pure. */
export function unknownRow({ name, from, as, path, required }: SecretWish): SecretRow {
  return { name, from: sourceText(from), as, path, required, state: 'unknown', detail: null, changed: null };
}
