import * as vscode from 'vscode';

/** What is asked before something may be lost. */
export interface LossQuestion {
  readonly question: string;
  readonly detail: string;
  /** Shows what may be lost, and takes nothing: what Enter does. */
  readonly look: { readonly label: string; readonly show: () => PromiseLike<unknown> };
  /** What the user may choose, each of which loses something. */
  readonly choices: readonly string[];
}

/**
 * Asks by a modal that takes nothing when its default is pressed. The editor makes the first button the default and lets
 * nobody give that to Cancel, so the first one shows what may be lost. Whoever has looked is asked once more, by a message
 * beside what is shown, which no key answers by accident. @returns the choice; undefined where none was made
 */
export async function askBeforeLoss({ question, detail, look, choices }: LossQuestion): Promise<string | undefined> {
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, look.label, ...choices);
  if (chosen !== look.label) return chosen;
  await look.show();
  const then = await vscode.window.showWarningMessage(question, ...choices);
  return then === look.label ? undefined : then;
}
