import { dirname } from 'node:path';
import { askGit } from './host-git';
import { fillText, foundText, type CredentialRequest } from './request';

/** After this many milliseconds a question that git's helpers do not answer is over. */
export const fillMs = 10_000;

/**
 * Has git on this machine look for a credential, by the user's own helpers. It is asked in a folder of Berth's: the
 * workspace's own settings may name a helper too, and who writes them may be inside the container. Nobody is asked for
 * a password on the way.
 * @returns the lines for the asking git; null where nothing was found in time
 */
export async function fillCredential(
  request: CredentialRequest,
  neutralFolder: string,
  options: { readonly signal?: AbortSignal; readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string | null> {
  const { signal, timeoutMs = fillMs, env = process.env } = options;
  const filled = await askGit(['credential', 'fill'], {
    cwd: neutralFolder,
    input: fillText(request),
    env: quiet(env, dirname(neutralFolder)),
    timeoutMs,
    signal,
  });
  return filled === null ? null : foundText(filled);
}

/** Git and its helpers by their own words for "never ask". */
function quiet(env: NodeJS.ProcessEnv, above: string): NodeJS.ProcessEnv {
  return {
    ...env,
    GIT_TERMINAL_PROMPT: '0',
    // Set but empty: git then runs neither its own nor SSH's program that asks.
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GCM_INTERACTIVE: 'never',
    GIT_CEILING_DIRECTORIES: above,
  };
}
