import { join } from 'node:path';
import * as vscode from 'vscode';
import { engineEnv } from '../settings';
import { offerInCursor } from './cursor-server';

/** As package.json declares it. */
export const serverProvider = 'berth.mcp';

/**
 * Offers `berth mcp` to the agents of this editor, by VS Code's way and by Cursor's, wherever each is there. It runs by the
 * editor's own program from the extension's folder; since both move at an update, it is offered anew at each activation,
 * and whenever another engine is chosen.
 */
export function offerServer(extension: { readonly extensionPath: string }, version: string): vscode.Disposable {
  const run = () => ({
    command: process.execPath,
    args: [join(extension.extensionPath, 'dist', 'cli.js'), 'mcp'],
    env: { ELECTRON_RUN_AS_NODE: '1', ...engineEnv() },
  });
  const changed = new vscode.EventEmitter<void>();
  let inCursor = offerInCursor(vscode, run());
  const offers: vscode.Disposable[] = [
    changed,
    new vscode.Disposable(() => inCursor()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration('berth.engine')) return;
      inCursor();
      inCursor = offerInCursor(vscode, run());
      changed.fire();
    }),
  ];
  const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
  if (lm?.registerMcpServerDefinitionProvider !== undefined) {
    offers.push(
      lm.registerMcpServerDefinitionProvider(serverProvider, {
        onDidChangeMcpServerDefinitions: changed.event,
        provideMcpServerDefinitions: () => {
          const { command, args, env } = run();
          return [new vscode.McpStdioServerDefinition('Berth', command, args, env, version)];
        },
      }),
    );
  }
  return vscode.Disposable.from(...offers);
}
