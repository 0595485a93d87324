import type { ExecOptions } from 'ssh2';
import type { TerminalSize } from '../command';
import type { Execution } from './connection';
import type { waitingMark } from './waiting-mark';
import { runVariable, starter } from './wrap';

/** Starts what a login shell is to parse, on a channel of its own. */
export type Exec = (command: string, options: ExecOptions) => Promise<Execution>;

/**
 * What the login shell is given to parse: the same few words for every command, so that any shell's dialect will do.
 */
const startLine = `exec ${starter.slice(0, 2).join(' ')} '${starter[2]}'`;

/** Starts a wrapped command on a channel of its own. @throws whatever the connection throws */
export function openChannel(
  exec: Exec,
  script: string,
  tty?: TerminalSize,
  mark?: typeof waitingMark,
): Promise<Execution> {
  const options: ExecOptions = { env: { [runVariable]: script } };
  if (tty !== undefined) {
    options.pty = { term: tty.term ?? 'xterm-256color', cols: tty.columns, rows: tty.rows, width: 0, height: 0 };
  }
  return exec(mark === undefined ? startLine : `${startLine} ${mark}`, options);
}
