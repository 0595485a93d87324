import * as vscode from 'vscode';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import { tellFailure } from '../notify/failure';
import type { Output } from '../output';
import type { CommandId } from './ids';

/** Handles one command. `target` is the row it was called on, or whatever else a caller handed over. */
export type CommandHandler = (target: unknown) => Promise<unknown>;

/** Where a file of commands registers them. */
export interface Registering {
  register(id: CommandId, handler: CommandHandler): void;
}

/** The one door for commands: every one is registered here, and every error of one is told here, once. */
export class Commands implements Registering, Disposable {
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

  /**
   * Registers commands whose code is read when one of them is first called: the editor waits for all that is read at its
   * start, and most of it would be for commands that nobody calls that day. `read` gives what registers them.
   */
  later(ids: readonly CommandId[], read: () => Promise<(commands: Registering) => void>): void {
    let reading: Promise<ReadonlyMap<CommandId, CommandHandler>> | undefined;
    const handlers = async () => {
      const found = new Map<CommandId, CommandHandler>();
      const register = await read();
      register({ register: (id, handler) => void found.set(id, handler) });
      return found;
    };
    for (const id of ids) {
      this.register(id, async (target) => {
        const handler = (await (reading ??= handlers())).get(id);
        if (handler === undefined) throw new TypeError(`${id} is not among the commands that were read for it`);
        return handler(target);
      });
    }
  }

  dispose(): void {
    this.#store.dispose();
  }
}
