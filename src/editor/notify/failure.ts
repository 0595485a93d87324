import * as vscode from 'vscode';
import { BerthError, isCancelled, messageOf } from '../../core/errors';
import type { ErrorDetail } from '../../core/errors';
import type { Output } from '../output';
import { mendFor } from './mend';

/** What a failed command was about, so that its buttons act on the same thing. */
export interface FailureScope {
  /** Shown by Show Log in place of Berth's own log: where the detail of this failure is. */
  readonly channel?: vscode.OutputChannel;
  /** Handed to the button's command. */
  readonly target?: unknown;
}

/** An error that knows what it was about. */
export class ScopedFailure extends Error {
  constructor(
    readonly failure: unknown,
    readonly scope: FailureScope,
  ) {
    super(messageOf(failure), { cause: failure });
  }
}

/** Adds to an error what it was about; cancellation stays what it is. */
export async function scoped<T>(scope: FailureScope, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isCancelled(error) || error instanceof ScopedFailure ? error : new ScopedFailure(error, scope);
  }
}

/** Tells of a failure: one sentence, the button that mends it, Show Log. Cancelling is no failure. */
export async function tellFailure(thrown: unknown, output: Output): Promise<void> {
  const { failure: error, scope } = thrown instanceof ScopedFailure ? thrown : { failure: thrown, scope: {} };
  if (isCancelled(error)) return;
  output.logger.log('error', messageOf(error), error);
  const mend = error instanceof BerthError ? mendFor(error.code) : undefined;
  const showLog = 'Show Log';
  const buttons = mend === undefined ? [showLog] : [mend.label, showLog];
  const chosen = await vscode.window.showErrorMessage(sentence(error), ...buttons);
  if (chosen === showLog) {
    if (scope.channel === undefined) output.showLog();
    else scope.channel.show(true);
  } else if (chosen !== undefined && mend !== undefined) {
    const fault = error instanceof BerthError ? error.errors?.[0] : undefined;
    if (fault?.file === undefined) await vscode.commands.executeCommand(mend.command, scope.target);
    else await openFault(fault.file, fault);
  }
}

/** The error's own words and what to do next. An error that is not Berth's is said to be one. */
export function sentence(error: unknown): string {
  if (!(error instanceof BerthError)) return `Berth failed in a way it does not know: ${messageOf(error)}`;
  const ended = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  // A hint that names a command line is for a shell; here the button says it.
  return error.hint === undefined || error.hint.includes('`berth ') ? ended : `${ended} ${error.hint}`;
}

/** Opens the place in a file that is at fault. */
async function openFault(file: string, { line, column }: ErrorDetail): Promise<void> {
  const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), Math.max(0, (column ?? 1) - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}
