import * as vscode from 'vscode';
import type { ProjectRow } from '../../core/model';
import type { SshFiles } from '../../core/line/ssh-files';
import { findProvider } from '../../core/doctor/remote-ssh';
import { providerFor } from './providers';

/** The folder of a project's container as the editor's Remote-SSH opens it. */
export function remoteFolder(row: ProjectRow): vscode.Uri {
  return vscode.Uri.from({ scheme: 'vscode-remote', authority: `ssh-remote+${row.alias}`, path: row.workspacePath });
}

/** Hands a project over to the editor's own Remote-SSH. */
export class Handoff {
  /** What opens the window at last; a test takes its place to see what is handed over. */
  opener = async (uri: vscode.Uri): Promise<void> => {
    await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
  };
  /** Whether an extension is installed; a test that has none takes its place. */
  isInstalled = (id: string): boolean => vscode.extensions.getExtension(id) !== undefined;

  /** @returns false when the user left one of the questions on the way */
  async open(row: ProjectRow, ssh: SshFiles): Promise<boolean> {
    if (!(await this.#provided(row))) return false;
    await ssh.ensureHost(row);
    if (!(await this.#included(ssh))) return false;
    await this.opener(remoteFolder(row));
    return true;
  }

  async #provided(row: ProjectRow): Promise<boolean> {
    if (findProvider(this.isInstalled) !== undefined) return true;
    const { id, label } = providerFor(vscode.env.appName, vscode.env.uriScheme);
    const install = 'Install';
    const chosen = await vscode.window.showInformationMessage(
      `${row.name} runs. To open it in a window of its own, ${vscode.env.appName} needs the extension ${label}.`,
      install,
      'Show Extension',
    );
    if (chosen === install) {
      await vscode.commands.executeCommand('workbench.extensions.installExtension', id);
      return findProvider(this.isInstalled) !== undefined;
    }
    if (chosen !== undefined) await vscode.commands.executeCommand('extension.open', id);
    return false;
  }

  /** The first time, says what is added to the user's own SSH config before adding it. */
  async #included(ssh: SshFiles): Promise<boolean> {
    const configured = vscode.workspace.getConfiguration('remote.SSH').get<string>('configFile');
    const userConfig = configured === undefined || configured === '' ? undefined : configured;
    const { installed, userConfig: file, ownConfig } = await ssh.status(userConfig);
    if (installed) return true;
    const add = 'Add the Line';
    const chosen = await vscode.window.showInformationMessage(
      `Add one line to ${file}?`,
      {
        modal: true,
        detail: `The editor reaches containers by SSH. “Include ${ownConfig}” on line 1 lets it find them; nothing else of the file is touched, and “berth ssh-config remove” takes the line out again.`,
      },
      add,
    );
    if (chosen !== add) return false;
    await ssh.install(userConfig);
    return true;
  }
}
