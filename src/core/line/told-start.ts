import { runVariable } from './wrap';

/**
 * For a shell: reads lines until one is `end`, then runs those before it; an end of input before that ends it, 125. It reads
 * byte by byte, or it would take from the command's own input. Pure.
 */
export function readUntil(end: string): string {
  return [
    `${runVariable}=`,
    'while IFS= read -r BERTH_LINE; do',
    `  [ "$BERTH_LINE" != ${end} ] || eval "$${runVariable}"`,
    `  ${runVariable}=$${runVariable}$BERTH_LINE'`,
    "'",
    'done',
    'exit 125',
  ].join('\n');
}

/** What is longer than is worth reading byte by byte: such a command starts in another way. */
export const mostTold = 4_096;

/**
 * What the engine is to run where it is started before it is known what for: a shell that waits to be told the start of a
 * command on its stdin, and does nothing where that ends before. The same for every command, like the Line's own bootstrap.
 */
export const toldStarter = ['/bin/sh', '-c', `read -r BERTH_END || exit 125\n${readUntil('"$BERTH_END"')}`] as const;

/**
 * What {@link toldStarter} reads to become a command; null where that is too long. Without `stdin` the command has an end of
 * file for its input. `script`: as wrapScript makes it; `end`: a line that is not in there. Pure.
 */
export function tellingOf(script: string, end: string, stdin: boolean): Buffer | null {
  const begin = [end, 'unset BERTH_LINE BERTH_END', ...(stdin ? [] : ['exec </dev/null'])];
  const telling = Buffer.from([...begin, script, end, ''].join('\n'));
  return telling.length > mostTold ? null : telling;
}
