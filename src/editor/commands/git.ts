import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import { askToGrant } from '../git/ask-to-grant';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

/** Allow Git Credentials…, and its end. */
export function registerGit(commands: Registering, parts: Parts): void {
  const { session } = parts;

  commands.register('berth.grantGit', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.grantGit', target);
    if (row === undefined) return false;
    const core = await session.core();
    const access = await core.git.look(row);
    if (access === null || (access.kind === 'token' && access.hosts.length === 0)) {
      const message =
        access === null
          ? `The template of ${row.name} asks for no credentials.`
          : `No remote of ${row.name} names a server over HTTPS.`;
      throw new BerthError('bad_usage', message, {
        hint: access === null ? 'Write `git: { credentials: token }` into it first.' : 'Add a remote first.',
      });
    }
    return scoped({ target: { row } }, () => askToGrant(core, row));
  });

  commands.register('berth.revokeGit', async (target) => {
    const row = await projectFor(parts, 'berth.revokeGit', target);
    if (row === undefined) return false;
    const { git } = await session.core();
    const had = await scoped({ target: { row } }, () => git.revoke(row));
    vscode.window.setStatusBarMessage(`$(lock) Git in ${row.name} may no longer use your credentials`, 5000);
    return had;
  });
}
