import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import type { ProjectRow } from '../../core/model';
import { serversText } from '../rows/git-look';

/** Asks, and grants what the template asks for where the person allows it. @returns whether it is granted now */
export async function askToGrant({ git }: Core, row: ProjectRow): Promise<boolean> {
  const access = await git.look(row);
  if (access === null || access.granted) return access?.granted ?? false;
  const [allow, later] = ['Allow', 'Not Now'];
  const what =
    access.kind === 'agent'
      ? 'sign in with the keys of your SSH agent'
      : `use your credentials for ${serversText(access.hosts)}`;
  const question = `Allow git in the container of ${row.name} to ${what}?`;
  const detail = [
    'Everything that runs in the container can use them, for as long as you allow it.',
    'Nothing is stored there, each use is written to the journal, and you can take it back at any time by the row "Git".',
  ].join(' ');
  const chosen = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail },
    { title: allow },
    { title: later, isCloseAffordance: true },
  );
  if (chosen?.title !== allow) return false;
  // What was shown, and not what a remote has come to name meanwhile.
  await git.grant(row, access.kind === 'agent' ? undefined : access.hosts);
  return true;
}
