import type { CommandExit, CommandRunner, CommandSpec } from '../command';

/** What a short command of Berth's own came to. */
export interface Collected {
  readonly exit: CommandExit;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a command to its end and keeps all that it writes. `input` is what it reads. */
export async function collect(
  runner: CommandRunner,
  spec: CommandSpec,
  input?: Uint8Array,
  signal?: AbortSignal,
): Promise<Collected> {
  const running = await runner.run({ ...spec, ...(input === undefined ? {} : { stdin: true }) }, signal);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  running.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  running.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  if (input !== undefined) running.stdin?.end(input);
  const exit = await running.exit;
  if (exit.cancelled) signal?.throwIfAborted();
  return { exit, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() };
}
