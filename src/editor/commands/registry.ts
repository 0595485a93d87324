import * as vscode from 'vscode';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import { tellFailure } from '../notify/failure';
import type { Output } from '../output';
import type { CommandId } from './ids';

/** Handles one command. `target` is the row it was called on, or whatever else a caller handed over. */
export type CommandHandler = (target: unknown) => Promise<unknown>;

/** The one door for commands: every one is registered here, and every error of one is told here, once. */
export class Commands implements Disposable {
  readonly #store = new DisposableStore();

  constructor(private readonly output: Output) {}

  register(id: CommandId, handler: CommandHandler): void {
    this.#store.add(
      vscode.commands.registerCommand(id, async (target: unknown) => {
        try {
          return await handler(target);
        } catch (error) {
          // Not awaited: the command is over, whenever the toast is clicked away.
          void tellFailure(error, this.output);
          return undefined;
        }
      }),
    );
  }

  dispose(): void {
    this.#store.dispose();
  }
}
