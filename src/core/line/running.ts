import { Writable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { CommandExit, CommandSpec, RunningCommand, TerminalSize } from '../command';
import { BerthError } from '../errors';
import { justStopping } from './fate';
import { Preamble } from './preamble';
import { Relay, type Source } from './relay';
import { signalCommand, terminateCommand } from './wrap';

/** Between TERM and KILL, in milliseconds. */
const graceMs = 2_000;
/** After a kill: how long the streams may stay open (something outside the session may hold them), in milliseconds. */
const afterKillMs = 2_000;

/** One started process, as a road (the engine's exec, an SSH channel) hands it over. */
export interface Transport {
  /** Null where the command has no input but an end of file. */
  readonly stdin: Writable | null;
  readonly stdout: Source;
  readonly stderr: Source;
  /** After both streams have ended. Rejects where the end cannot be known. */
  readonly ended: Promise<{ readonly code: number; readonly signal?: string }>;
  resize(size: TerminalSize): void;
  /** Runs a short command beside it, as the same user, and waits for its end. */
  beside(argv: readonly string[]): Promise<void>;
  /** What to say of an end without a word from the start script: where it is sure that nothing has begun then. */
  readonly neverBegan?: () => Error;
  /** Lets go of the streams. */
  abandon(): void;
}

/**
 * Makes a command of a started process: waits until it has begun, then watches over its time and its end.
 * @throws BerthError `file_not_found` where the working folder is not there
 */
export async function running(
  transport: Transport,
  spec: CommandSpec,
  nonce: string,
  signal?: AbortSignal,
): Promise<RunningCommand> {
  const started = performance.now();
  const tty = spec.tty !== undefined;
  const [withPreamble, without] = tty ? [transport.stdout, transport.stderr] : [transport.stderr, transport.stdout];
  const preamble = new Preamble(withPreamble, nonce);
  // An engine hands both outputs on over one connection, and may give much of this one before that one's first word:
  // were it held back until somebody reads it, nobody would ever come to read.
  const plain = new Relay(without, preamble.told);
  const [stdout, stderr] = tty ? [preamble, plain] : [plain, preamble];
  const stdin = transport.stdin !== null && (tty || spec.stdin === true) ? sink(transport.stdin) : undefined;
  if (stdin === undefined) transport.stdin?.end();

  const now = { over: false, timedOut: false, cancelled: false };
  let ending: Promise<void> | undefined;
  let giveUp: () => void = () => undefined;
  const givenUp = new Promise<null>((resolve) => (giveUp = () => resolve(null)));

  const ended = transport.ended.then(async (end) => {
    await Promise.all([delivered(stdout), delivered(stderr)]);
    return end;
  });
  const settled = ended.then(
    () => undefined,
    () => undefined,
  );

  /** Ends the whole session; returns when nothing of it is left, or nothing more can be done. */
  const terminate = (): Promise<void> =>
    (ending ??= (async () => {
      const pid = await Promise.race([
        preamble.told,
        settled.then(() => null),
        delay(afterKillMs, null, { ref: false }),
      ]);
      if (typeof pid === 'number') {
        const killed = transport.beside(terminateCommand(pid, graceMs)).catch(() => undefined);
        await Promise.race([killed, delay(graceMs + afterKillMs)]);
      }
      await Promise.race([settled, delay(afterKillMs)]);
      giveUp();
    })());

  const timer =
    spec.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          if (now.over || now.cancelled) return;
          now.timedOut = true;
          void terminate();
        }, spec.timeoutMs);
  const cancel = async (): Promise<void> => {
    if (now.over) return;
    if (!now.timedOut) now.cancelled = true;
    await terminate();
  };
  const onAbort = (): void => void cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  // It may have come while the process was being started, which no signal holds up.
  if (signal?.aborted === true) onAbort();

  const exit = (async (): Promise<CommandExit> => {
    try {
      const end = await Promise.race([ended, givenUp]);
      now.over = !now.timedOut && !now.cancelled;
      await ending;
      if (end === null) transport.abandon();
      const { timedOut, cancelled } = now;
      const code = timedOut ? 124 : (end?.code ?? 137);
      const ms = Math.round(performance.now() - started);
      const name = end?.signal;
      return { code, ...(name === undefined ? {} : { signal: name }), timedOut, cancelled, ms };
    } finally {
      now.over = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      stdin?.destroy();
      for (const stream of [stdout, stderr]) stream.finish();
    }
  })();
  exit.catch(() => undefined); // Whoever does not ask for the end must not bring the process down by it.

  const told = await preamble.told;
  if (told === 'no_folder' || told === 'stopping') {
    plain.resume();
    preamble.resume();
    await settled;
    if (told === 'stopping') throw justStopping();
    const folder = spec.cwd ?? '';
    throw new BerthError('file_not_found', `The container has no folder ${folder} to run the command in.`);
  }
  if (told === null && preamble.isWhole && !now.timedOut && !now.cancelled) {
    const { code } = await exit;
    if (transport.neverBegan !== undefined) throw transport.neverBegan();
    if (code === killedAtStart) throw neverBegan();
  }
  return {
    stdin,
    stdout,
    stderr,
    exit,
    resize: (size) => {
      if (!now.over) transport.resize(size);
    },
    signal: async (name) => {
      if (!now.over && typeof told === 'number') await transport.beside(signalCommand(told, name));
    },
    cancel,
  };
}

/** 128 and the number of KILL: what a container's end does to what is in it. */
const killedAtStart = 137;

/** Its start was killed before it had told its number, and with that the command's first word. */
function neverBegan(): BerthError {
  return new BerthError('container_not_running', 'The container stopped before the command began.', {
    hint: 'Run it again.',
  });
}

/** stdin for the caller: destroyed when the command ends, so that a pipeline into it does not wait for ever. */
function sink(target: Writable): Writable {
  target.on('error', () => undefined);
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => void target.write(chunk, () => done()),
    final: (done) => {
      target.end();
      done();
    },
  }).on('error', () => undefined);
}

/** Resolves once a reader has had everything; where nobody reads, once everything is there to be read. */
async function delivered(stream: Relay): Promise<void> {
  await stream.whole;
  // A short command can be over before its caller has had the turn in which to attach a reader.
  await nextTurn();
  const read = stream.readableFlowing !== null || stream.listenerCount('readable') > 0;
  if (!read || stream.readableEnded || stream.destroyed) return;
  await new Promise<void>((resolve) => void stream.once('end', resolve).once('close', resolve));
}
