import { createInterface } from 'node:readline/promises';
import { cancelled } from '../core/errors';
import type { Context } from './command';
import { badUsage } from './usage';

/** Whether a person is there to be asked. */
export function canAsk({ json, streams }: Context): boolean {
  return !json && streams.stdin.isTTY && streams.stderr.isTTY;
}

/** Asks one question on stderr. @returns the answer in lower case; empty for a bare Enter */
export async function ask({ streams, signals }: Context, question: string): Promise<string> {
  const lines = createInterface({ input: streams.stdin, output: streams.stderr });
  // The line reader takes Ctrl-C for itself on a terminal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await lines.question(question, { signal: signals.abort })).trim().toLowerCase();
  } finally {
    lines.close();
  }
}

/** Asks whether to go on; anything but yes cancels. */
export async function confirm(context: Context, question: string): Promise<void> {
  const answer = await ask(context, `${question} [y/N] `);
  if (answer !== 'y' && answer !== 'yes') throw cancelled();
}

/** What is to be confirmed: `doing` as in "… has to be confirmed", and the lines that say what it concerns. */
export interface Confirmation {
  readonly doing: string;
  readonly lines: readonly string[];
  readonly question: string;
  /** What to do where nobody can be asked. */
  readonly hint: string;
}

/** Shows what an action concerns and asks for yes. @throws BerthError `bad_usage` where nobody is there to be asked */
export async function confirmAction(context: Context, { doing, lines, question, hint }: Confirmation): Promise<void> {
  if (!canAsk(context)) throw badUsage(`${doing} has to be confirmed.`, hint);
  context.streams.stderr.write(`${lines.join('\n')}\n`);
  await confirm(context, question);
}
