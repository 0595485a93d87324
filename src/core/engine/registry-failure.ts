import { BerthError } from '../errors';
import { diskFull, isNoSpace } from './failures';
import { defaultRegistry } from './image-reference';
import type { RegistryPass } from './registry-access';

const offline =
  /no such host|connection refused|i\/o timeout|network is unreachable|Client\.Timeout|server misbehaving/i;
/** The registry wants a login, or a better one. Docker Hub's "access denied" also stands for an image that does not exist. */
const refused = /unauthorized|authentication required|no basic auth credentials|incorrect username or password/i;
const denied = /denied/i;

/** Why a pull or a push of a reference failed, from the engine's words; they hold no credentials, only what the registry said. */
export function registryFailure(
  reference: string,
  words: string,
  doing: string,
  pass: RegistryPass,
  cause: unknown,
): BerthError {
  if (isNoSpace(words)) return diskFull(doing, cause);
  if (refused.test(words) || (denied.test(words) && pass.known)) return registryDenied(reference, words, pass, cause);
  return imageNotFound(reference, words, cause, pass.problem);
}

function registryDenied(reference: string, words: string, pass: RegistryPass, cause: unknown): BerthError {
  const { registry, known, problem } = pass;
  const login = registry === defaultRegistry ? 'docker login' : `docker login ${registry}`;
  const why = known
    ? `refuses the credentials that Docker's config has for it`
    : `wants a login, and Docker's config has no credentials for it`;
  return new BerthError('registry_denied', `The registry of ${reference} ${why}.`, {
    hint: problem === null ? `Run \`${login}\`.` : `${problem}: mend that, or run \`${login}\`.`,
    errors: [{ message: words }, ...(problem === null ? [] : [{ message: problem }])],
    cause,
  });
}

/** Says which image is missing, and whether the registry said so or did not answer. */
export function imageNotFound(
  reference: string,
  words: string,
  cause: unknown,
  problem: string | null = null,
): BerthError {
  const [why, hint] = offline.test(words)
    ? ['is not on the engine, and its registry does not answer', 'Check the network, or pull the image by other means.']
    : denied.test(words) || refused.test(words)
      ? ['does not exist, or its registry wants a login', 'Check its name; for a private one run `docker login`.']
      : ['was not found', 'Check its name and tag.'];
  return new BerthError('image_not_found', `The image ${reference} ${why}.`, {
    hint,
    errors: [{ message: words }, ...(problem === null ? [] : [{ message: problem }])],
    cause,
  });
}
