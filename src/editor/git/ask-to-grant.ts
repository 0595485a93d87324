import { join } from 'node:path';
import * as vscode from 'vscode';
import type { GitAccess } from '../../core/git/types';
import type { Core } from '../../core/index';
import type { ProjectRow } from '../../core/model';
import { isThere } from '../../core/paths';
import { askBeforeLoss, type LossQuestion } from '../notify/ask-before-loss';
import { serversText } from '../rows/git-look';

const later = 'Not Now';

/** What granting would let git in the container do. */
function useOf(access: GitAccess): string {
  return access.kind === 'agent'
    ? 'sign in with the keys of your SSH agent'
    : `use your credentials for ${serversText(access.hosts)}`;
}

/**
 * Tells a person who has asked for nothing that a container would use what is theirs. It takes no focus and grants
 * nothing itself: a key that was meant for the editor must never be an answer.
 */
export async function offerToGrant(core: Core, row: ProjectRow): Promise<void> {
  const access = await core.git.look(row);
  if (access === null || access.granted) return;
  const review = 'Review…';
  const text = `Git in the container of ${row.name} would ${useOf(access)}. It may not yet.`;
  const chosen = await vscode.window.showInformationMessage(text, review, later);
  if (chosen === review) await askToGrant(core, row);
}

/** Asks, and grants what the template asks for where the person allows it. @returns whether it is granted now */
export async function askToGrant({ git }: Core, row: ProjectRow): Promise<boolean> {
  const access = await git.look(row);
  if (access === null || access.granted) return access?.granted ?? false;
  const allow = 'Allow';
  const question = `Allow git in the container of ${row.name} to ${useOf(access)}?`;
  const detail = [
    'Everything that runs in the container can use them, for as long as you allow it.',
    // One of them may be the work of a program in there.
    ...(access.hosts.length > 1 ? ['The servers are those that the remotes in .git/config name.'] : []),
    'Nothing is stored there, each use is written to the journal, and you can take it back at any time by the row "Git".',
  ].join(' ');
  if ((await askBeforeLoss({ question, detail, look: whoAsks(row, access), choices: [allow] })) !== allow) return false;
  // What was shown, and not what a remote has come to name meanwhile.
  await git.grant(row, access.kind === 'agent' ? undefined : access.hosts);
  return true;
}

/** Shows where it is written what is asked for: both lie where programs in the container can write. */
function whoAsks({ folder }: ProjectRow, { kind }: GitAccess): LossQuestion['look'] {
  const show = async (): Promise<unknown> => {
    const config = join(folder, '.git', 'config');
    const file = kind === 'token' && (await isThere(config)) ? config : join(folder, 'berth.yaml');
    return vscode.window.showTextDocument(vscode.Uri.file(file));
  };
  return { label: kind === 'token' ? 'Show Remotes' : 'Show Template', show };
}
