import type { ExecOptions } from 'ssh2';
import type { TerminalSize } from '../command';
import { shellCommand } from '../quote';
import type { Connection, Execution } from './connection';
import type { Transport } from './running';
import type { Served } from './served';
import type { waitingMark } from './waiting-mark';
import { runVariable, starter } from './wrap';

/**
 * What the login shell is given to parse: the same few words for every command, so that any shell's dialect will do.
 */
const startLine = `exec ${starter.slice(0, 2).join(' ')} '${starter[2]}'`;

/** Signals by SSH's names to Linux's numbers. */
const numbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

/** A signal's name without SIG; undefined for a number that SSH has no name for. Pure. */
export function signalName(number: number): string | undefined {
  return Object.keys(numbers).find((name) => numbers[name] === number);
}

/** Starts a wrapped command on a channel of its own. @throws whatever the connection throws */
export function openChannel(
  connection: Pick<Connection, 'exec'>,
  script: string,
  tty?: TerminalSize,
  mark?: typeof waitingMark,
): Promise<Execution> {
  const options: ExecOptions = { env: { [runVariable]: script } };
  if (tty !== undefined) {
    options.pty = { term: tty.term ?? 'xterm-256color', cols: tty.columns, rows: tty.rows, width: 0, height: 0 };
  }
  return connection.exec(mark === undefined ? startLine : `${startLine} ${mark}`, options);
}

/** What a command is started with: a channel, or its part of one. */
export interface Started {
  readonly execution: Execution;
  readonly served?: Served;
}

/** A channel as the start of a running command. `lost` makes the error for a connection that broke meanwhile. */
export function sshTransport(
  connection: Connection,
  { execution: { channel, closed }, served }: Started,
  lost: () => Promise<Error>,
): Transport {
  return {
    stdin: served?.takesInput === false ? null : channel,
    stdout: served?.stdout ?? channel,
    stderr: served?.stderr ?? channel.stderr,
    ended: (served?.closed ?? closed).then(async (end) => {
      if (end === null) throw await lost();
      return 'code' in end ? end : { code: 128 + (numbers[end.signal] ?? 0), signal: end.signal };
    }),
    resize: (size) => channel.setWindow(size.rows, size.columns, 0, 0),
    beside: async (argv) => {
      const helper = await openChannel(connection, `exec ${shellCommand(argv)}`);
      helper.channel.resume();
      helper.channel.stderr.resume();
      helper.channel.end();
      await helper.closed;
    },
    abandon: () => channel.destroy(),
  };
}
