import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { TemplateEntry } from '../../core/templates/types';
import { askBeforeLoss } from '../notify/ask-before-loss';

/** Deletes a template's file once the user has said so: to the trash where the machine has one. @returns whether it went */
export async function deleteTemplate({ name, origin, file }: TemplateEntry): Promise<boolean> {
  if (origin === 'built-in') {
    throw new BerthError('bad_usage', `${name} comes with Berth and cannot be deleted.`);
  }
  const uri = vscode.Uri.file(file);
  const detail = `${file}\n\nContainers and images made from it stay. What extends it has no parent any more.`;
  const trash = 'Move to Trash';
  const question = `Delete the template ${name}?`;
  const look = { label: 'Open Template', show: () => vscode.window.showTextDocument(uri) };
  if ((await askBeforeLoss({ question, detail, look, choices: [trash] })) !== trash) return false;
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true });
  } catch {
    // A remote machine has no trash; only the user can say whether the file may go for good.
    const good = 'Delete Permanently';
    const again = `${name} cannot be moved to the trash. Delete it for good?`;
    if ((await askBeforeLoss({ question: again, detail: file, look, choices: [good] })) !== good) return false;
    await vscode.workspace.fs.delete(uri);
  }
  return true;
}
