import { createInterface } from 'node:readline/promises';
import { cancelled } from '../core/errors';
import type { Context } from './command';

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
