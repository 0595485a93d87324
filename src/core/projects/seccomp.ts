import { dirname } from 'node:path';
import { BerthError, messageOf } from '../errors';
import { smallText } from '../paths';
import type { ResolvedTemplate } from '../templates/types';
import { expanded } from './host-paths';

/**
 * What the engine is told of seccomp: `default`, `unconfined`, or the text of the profile that the template names, a path
 * relative to the file that wrote it. The engine may run elsewhere, so it is given the text, not the path.
 * @throws BerthError `template_invalid` where the file is missing or no profile
 */
export async function seccompProfile(resolved: ResolvedTemplate): Promise<string> {
  const { seccomp } = resolved.spec.security;
  if (seccomp === 'default' || seccomp === 'unconfined') return seccomp;
  const path = 'spec.security.seccomp';
  const at = resolved.origins.get(path);
  const file = expanded(seccomp, dirname(at?.file ?? resolved.files[0] ?? '.'));
  const refuse = (message: string, cause?: unknown): BerthError =>
    new BerthError('template_invalid', message, {
      hint: `${path} is default, unconfined or the path of a profile in the engine's JSON form.`,
      errors: [{ message, path, expected: 'a seccomp profile', ...at }],
      cause,
    });
  let text: string | null;
  try {
    text = await smallText(file);
  } catch (error) {
    throw refuse(`The seccomp profile ${file} cannot be read: ${messageOf(error)}.`, error);
  }
  if (text === null) throw refuse(`The seccomp profile ${file} is no file of 1 MiB at most.`);
  try {
    const profile: unknown = JSON.parse(text);
    if (typeof profile === 'object' && profile !== null && 'defaultAction' in profile) return JSON.stringify(profile);
  } catch (error) {
    throw refuse(`The seccomp profile ${file} is not JSON.`, error);
  }
  throw refuse(`The seccomp profile ${file} names no defaultAction.`);
}
