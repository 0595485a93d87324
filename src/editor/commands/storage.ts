import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { CopyReport } from '../../core/storage/unpack-folder';
import { askBeforeLoss } from '../notify/ask-before-loss';
import { scoped } from '../notify/failure';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import type { Registering } from './registry';
import { projectFor } from './target';

/** Copy Workspace Out…: the files of a workspace that is a volume, into a folder of this machine. */
export function registerStorage(commands: Registering, parts: Parts): void {
  commands.register('berth.copyWorkspaceOut', async (target) => {
    const row = await projectFor(parts, 'berth.copyWorkspaceOut', target);
    if (row === undefined) return undefined;
    const folder = folderIn(target) ?? (await askFolder(row.name));
    if (folder === undefined) return undefined;
    const { projects } = await parts.session.core();
    const abort = new AbortController();
    const copy = (overwrite: boolean): Promise<CopyReport> =>
      longAction({ title: `Berth: copying the workspace of ${row.name} out`, abort }, () =>
        projects.copyWorkspace(row, { direction: 'out', folder, overwrite }, abort.signal),
      );
    return scoped({ target: { row } }, async () => {
      let report: CopyReport;
      try {
        report = await copy(false);
      } catch (error) {
        if (!(error instanceof BerthError) || error.code !== 'file_exists' || error.errors === undefined) throw error;
        if (
          !(await mayOverwrite(
            parts,
            folder,
            error.errors.map(({ message }) => message),
          ))
        )
          return undefined;
        report = await copy(true);
      }
      vscode.window.setStatusBarMessage(`$(check) Copied ${report.files} files to ${folder}`, 5000);
      return report;
    });
  });
}

/** Where a caller named the folder already. */
function folderIn(target: unknown): string | undefined {
  const given = typeof target === 'object' && target !== null && 'to' in target ? target.to : undefined;
  return typeof given === 'string' ? given : undefined;
}

async function askFolder(name: string): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: `Where to copy the workspace of ${name}?`,
    openLabel: 'Copy Here',
  });
  return chosen?.[0]?.fsPath;
}

async function mayOverwrite({ texts }: Parts, folder: string, files: readonly string[]): Promise<boolean> {
  const overwrite = 'Overwrite';
  const detail = `These differ from the workspace’s files:\n${files.map((file) => `   ${file}`).join('\n')}`;
  const question = `Overwrite files in ${folder}?`;
  const show = (): Promise<unknown> => texts.show('Files that differ', files.join('\n'), 'plaintext');
  const look = { label: 'Show Files', show };
  return (await askBeforeLoss({ question, detail, look, choices: [overwrite] })) === overwrite;
}
