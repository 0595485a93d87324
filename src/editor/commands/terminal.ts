import * as vscode from 'vscode';
import type { Disposable } from '../../core/lifetime';
import { tellFailure } from '../notify/failure';
import type { Parts } from '../parts';
import type { Terminals } from '../terminal/terminals';
import type { Commands } from './registry';
import { projectFor, requireTrust } from './target';

/** Open Terminal, and the profile in the terminal's drop-down. */
export function registerTerminal(commands: Commands, parts: Parts, terminals: Terminals): Disposable {
  commands.register('berth.openTerminal', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.openTerminal', target);
    return row === undefined ? undefined : terminals.show(row);
  });

  return vscode.window.registerTerminalProfileProvider('berth.container', {
    async provideTerminalProfile() {
      try {
        requireTrust();
        const row = await projectFor(parts, 'berth.openTerminal', undefined);
        return row === undefined ? undefined : terminals.ofProfile(row);
      } catch (error) {
        void tellFailure(error, parts.output);
        return undefined;
      }
    },
  });
}
