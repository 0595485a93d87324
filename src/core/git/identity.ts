import { readSettings } from './host-git';

/** Who commits, as git on this machine says it; null where it says nothing. */
export interface GitIdentity {
  readonly name: string | null;
  readonly email: string | null;
}

export const noIdentity: GitIdentity = { name: null, email: null };

/**
 * Name and email that commits in a folder on this machine would have: the folder's own settings go before the user's, and
 * an `includeIf` counts. A machine without git, or a user without a name, is no error.
 */
export async function hostIdentity(
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<GitIdentity> {
  const found = await readSettings('^user\\.(name|email)$', { cwd: folder, env, signal });
  return found === null ? noIdentity : parseIdentity(found);
}

/** Pure: reads `git config --null --get-regexp`, where the last one of a name counts. */
export function parseIdentity(listed: string): GitIdentity {
  const last = (key: string): string | null => {
    const values = listed.split('\0').filter((entry) => entry.startsWith(`${key}\n`));
    const value =
      values
        .at(-1)
        ?.slice(key.length + 1)
        .trim() ?? '';
    // Git itself takes no line end in a name.
    return value === '' || /[\r\n]/.test(value) ? null : value;
  };
  return { name: last('user.name'), email: last('user.email') };
}

/** How long, in milliseconds, an answer holds: a command takes as long as asking, so not each may ask. */
export const identityHoldsMs = 10_000;

/** The same, asked anew for a folder when the last answer is older than ten seconds. */
export function rememberedIdentity(env: NodeJS.ProcessEnv): (folder: string) => Promise<GitIdentity> {
  const known = new Map<string, { readonly at: number; readonly answer: Promise<GitIdentity> }>();
  return (folder) => {
    const former = known.get(folder);
    if (former !== undefined && performance.now() - former.at < identityHoldsMs) return former.answer;
    const answer = hostIdentity(folder, env);
    known.set(folder, { at: performance.now(), answer });
    return answer;
  };
}
