import { runVariable } from './wrap';

/**
 * What the engine is to run where it is started before it is known what for: a shell that waits to be told the start of a
 * command on its stdin, and does nothing where that ends before. The same for every command, like the Line's own bootstrap.
 */
export const toldStarter = [
  '/bin/sh',
  '-c',
  [
    'read -r BERTH_END || exit 125',
    `${runVariable}=`,
    'while IFS= read -r BERTH_LINE; do',
    `  [ "$BERTH_LINE" != "$BERTH_END" ] || { unset BERTH_LINE BERTH_END; eval "$${runVariable}"; }`,
    `  ${runVariable}=$${runVariable}$BERTH_LINE'`,
    "'",
    'done',
    'exit 125',
  ].join('\n'),
] as const;

/** A shell reads this byte by byte, or it would take from the command's own input: longer ones are better told at its start. */
const mostBytes = 4_096;

/**
 * What {@link toldStarter} reads to become a command; null where that is too long. Without `stdin` the command has an end of
 * file for its input. `script`: as wrapScript makes it; `end`: a line that is not in there. Pure.
 */
export function tellingOf(script: string, end: string, stdin: boolean): Buffer | null {
  const telling = Buffer.from([end, ...(stdin ? [] : ['exec </dev/null']), script, end, ''].join('\n'));
  return telling.length > mostBytes ? null : telling;
}
