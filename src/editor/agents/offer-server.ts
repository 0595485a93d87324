import { join } from 'node:path';
import * as vscode from 'vscode';
import { offerInCursor } from './cursor-server';

/** As package.json declares it. */
export const serverProvider = 'berth.mcp';

/**
 * Offers `berth mcp` to the agents of this editor, by VS Code's way and by Cursor's, wherever each is there. It runs by the
 * editor's own program from the extension's folder; since both move at an update, it is offered anew at each activation.
 */
export function offerServer(extension: { readonly extensionPath: string }, version: string): vscode.Disposable {
  const run = {
    command: process.execPath,
    args: [join(extension.extensionPath, 'dist', 'cli.js'), 'mcp'],
    env: { ELECTRON_RUN_AS_NODE: '1' },
  };
  const offers = [new vscode.Disposable(offerInCursor(vscode, run))];
  const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
  if (lm?.registerMcpServerDefinitionProvider !== undefined) {
    const definition = new vscode.McpStdioServerDefinition('Berth', run.command, run.args, run.env, version);
    offers.push(
      lm.registerMcpServerDefinitionProvider(serverProvider, { provideMcpServerDefinitions: () => [definition] }),
    );
  }
  return vscode.Disposable.from(...offers);
}
