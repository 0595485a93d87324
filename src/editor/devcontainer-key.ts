import * as vscode from 'vscode';
import { DisposableStore } from '../core/lifetime';
import type { Disposable } from '../core/lifetime';
import { tellsImport, type FileChanges } from './window/file-changes';

const configs = '{.devcontainer.json,.devcontainer/devcontainer.json,.devcontainer/*/devcontainer.json}';

/** Keeps `berth.devcontainer` true while a folder of this window has a devcontainer.json and no berth.yaml: then it can be imported. */
export function keepDevcontainerKey(files: FileChanges): Disposable {
  const store = new DisposableStore();
  let asked = 0;
  let known: boolean | undefined;
  const update = async (): Promise<void> => {
    const mine = ++asked;
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const found = await Promise.all(folders.map(canImport));
    const now = found.includes(true);
    // A later look has the last word.
    if (mine !== asked || now === known) return;
    known = now;
    await vscode.commands.executeCommand('setContext', 'berth.devcontainer', now);
  };
  const again = (): void => void update();
  store.add(vscode.workspace.onDidChangeWorkspaceFolders(again));
  store.add(files.onDidChange((change) => tellsImport(change) && again()));
  again();
  return store;
}

async function canImport(folder: vscode.WorkspaceFolder): Promise<boolean> {
  const has = async (pattern: string): Promise<boolean> =>
    (await vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), null, 1)).length > 0;
  return (await has(configs)) && !(await has('berth.yaml'));
}
