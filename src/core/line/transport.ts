import type { Connection, Started } from './connection';
import type { Transport } from './running';
import { signalNumber } from './signals';

/** What waited was gone before it took the command: nothing has begun, so starting it as ever is safe. */
export class ShellGoneError extends Error {}

/** A channel, or a part of one, as the start of a running command. `lost` makes the error for a connection that broke meanwhile. */
export function transportOf(
  connection: Pick<Connection, 'beside'>,
  { execution, served, waited }: Started,
  lost: () => Promise<Error>,
): Transport {
  const { stdin, stdout, stderr, closed, resize, abandon } = execution;
  return {
    stdin: served?.takesInput === false ? null : stdin,
    stdout: served?.stdout ?? stdout,
    stderr: served?.stderr ?? stderr,
    ended: (served?.closed ?? closed).then(async (end) => {
      if (end === null) throw await lost();
      return 'code' in end ? end : { code: 128 + signalNumber(end.signal), signal: end.signal };
    }),
    resize,
    abandon,
    beside: (argv) => connection.beside(argv),
    ...(waited ? { neverBegan: () => new ShellGoneError('What waited is gone') } : {}),
  };
}
