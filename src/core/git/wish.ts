import type { GitWish } from '../model';

/** What git gets where nothing is known of a template: nothing of this machine's. */
export const noGitWish: GitWish = { identity: 'none', credentials: 'none' };

/** Reads it from a spec, such as a label's, which another version may have written. Pure. */
export function gitWishOf(spec: unknown): GitWish {
  const { git } = (typeof spec === 'object' && spec !== null ? spec : {}) as { readonly git?: unknown };
  if (typeof git !== 'object' || git === null) return noGitWish;
  const { identity, credentials } = git as { readonly identity?: unknown; readonly credentials?: unknown };
  return {
    identity: identity === 'host' ? 'host' : 'none',
    credentials: credentials === 'token' || credentials === 'agent' ? credentials : 'none',
  };
}
