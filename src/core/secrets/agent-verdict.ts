import { BerthError } from '../errors';
import { shellCommand } from '../quote';
import type { SecretWish } from './types';

/** Where a person grants what an agent's container wants: the words after `berth grant`; null where it is not there yet. */
export type GrantPlace = readonly string[] | null;

/**
 * What to tell an agent of the secrets that a template wants and the user has not granted. Pure.
 * @throws BerthError `secret_not_granted` where the template requires one, and a person can grant it beforehand
 */
export function tellUngranted(
  wanted: readonly SecretWish[],
  granted: readonly Pick<SecretWish, 'name'>[],
  place: GrantPlace,
): readonly string[] {
  const lacking = wanted.filter(({ name }) => granted.every((one) => one.name !== name));
  if (lacking.length === 0) return [];
  const names = lacking.map(({ name }) => name);
  const many = names.length > 1 ? 's' : '';
  const required = lacking.filter((wish) => wish.required).map(({ name }) => name);
  if (required.length > 0 && place !== null) {
    const which = `the secret${required.length > 1 ? 's' : ''} ${required.join(', ')}`;
    throw new BerthError(
      'secret_not_granted',
      `The template requires ${which}, which the user has not granted to agents.`,
      { hint: `The user grants it: \`${grantCommand(place, required)}\`. Then ask again.` },
    );
  }
  const how = grantCommand(place ?? ['NAME'], names);
  return [
    `The template wants the secret${many} ${names.join(', ')}, not granted to agents; the user can by \`${how}\`.`,
  ];
}

/** Pure. */
export function grantCommand(place: readonly string[], names: readonly string[]): string {
  return shellCommand(['berth', 'grant', ...place, ...names.flatMap((name) => ['--secret', name])]);
}
