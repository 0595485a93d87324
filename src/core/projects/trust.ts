import { BerthError } from '../errors';

/** Nothing is built or run for a folder that nobody trusts. @throws BerthError `workspace_untrusted` */
export function mustBeTrusted({ trusted }: { readonly trusted?: boolean }): void {
  if (trusted !== false) return;
  throw new BerthError('workspace_untrusted', 'Nothing is built or run for a folder that is not trusted.', {
    hint: 'Trust the workspace first; its template comes with it and can run commands.',
  });
}
