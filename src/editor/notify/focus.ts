import * as vscode from 'vscode';
import type { Disposable } from '../../core/lifetime';

/** Success is told by a toast only to who has looked elsewhere for longer than this, in milliseconds. */
const elsewhere = 10_000;

/** Knows since when the user has looked elsewhere. */
export class Focus implements Disposable {
  #left: number | null = vscode.window.state.focused ? null : Date.now();
  readonly #watch = vscode.window.onDidChangeWindowState(({ focused }) => {
    this.#left = focused ? null : (this.#left ?? Date.now());
  });

  /** Tells of a success, but only to a user who may have missed it. */
  tell(message: string): void {
    if (this.#left !== null && Date.now() - this.#left > elsewhere) void vscode.window.showInformationMessage(message);
  }

  dispose(): void {
    this.#watch.dispose();
  }
}
