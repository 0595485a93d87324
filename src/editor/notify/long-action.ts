import * as vscode from 'vscode';

/** Actions shorter than this, in milliseconds, show the row's spinner alone. */
const patience = 1_000;

export interface LongAction {
  readonly title: string;
  readonly abort: AbortController;
}

/**
 * Runs an action at once; if it is not over within a second, a notification shows its newest step, with a Cancel that
 * aborts it. The notification goes with the action, however that ends.
 */
export async function longAction<T>(
  { title, abort }: LongAction,
  work: (step: (text: string) => void) => Promise<T>,
): Promise<T> {
  let newest = '';
  let show = (text: string): void => void (newest = text);
  const result = work((text) => show(text));
  const over = result.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        token.onCancellationRequested(() => abort.abort());
        if (newest !== '') progress.report({ message: newest });
        show = (text) => progress.report({ message: text });
        await over;
      },
    );
  }, patience);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
