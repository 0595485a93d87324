import * as vscode from 'vscode';

/** Milliseconds after which a task starts although the editor has not said that it follows it. */
const patience = 2_000;

/**
 * Resolves when the editor follows a task that is just starting. It begins to read a task's output for problems some
 * time after it has opened its terminal, and a command here can be over by then; that it reads is told by the start of
 * the task's process (terminalTaskSystem.ts attaches the matchers in the same turn).
 */
export function followedByEditor(name: string): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(late);
      started.dispose();
      resolve();
    };
    const late = setTimeout(done, patience);
    const started = vscode.tasks.onDidStartTaskProcess(({ execution }) => {
      if (execution.task.name === name) done();
    });
  });
}
