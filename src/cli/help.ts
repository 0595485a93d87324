import { closest, distance } from 'fastest-levenshtein';
import type { Command } from './command';

/** The help of `berth` itself: one line a command, within a terminal of 24 lines of 80 characters. */
export function rootHelp(commands: readonly Command[], version: string): string {
  const shown = commands.flatMap((command) => {
    const { name, call, operands, hidden, listed, summary } = command;
    if (hidden === true || listed === false) return [];
    const own = call ?? [name, ...operands.map(({ spec }) => spec.replace(/^<(.*)>$/, '$1'))].join(' ');
    return [listed ?? { call: own, summary }];
  });
  const width = Math.max(...shown.map(({ call }) => call.length));
  return [
    'Usage: berth COMMAND …      a container of its own for every project folder',
    '',
    ...shown.map(({ call, summary }) => `  ${call.padEnd(width)}  ${summary}`),
    '',
    'NAME: a project’s exact name, id prefix or path; left out, this folder’s.',
    `"berth COMMAND --help" says more. Version ${version}.`,
    '',
  ].join('\n');
}

/** The command a person may have meant, where one is near enough. */
export function suggestion(word: string, commands: readonly Command[]): string | undefined {
  const names = commands.map(({ name }) => name);
  const near = closest(word.toLowerCase(), names);
  return distance(word.toLowerCase(), near) <= Math.max(1, Math.floor(near.length / 3)) ? near : undefined;
}
