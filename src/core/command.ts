import type { Readable, Writable } from 'node:stream';

/** A command to run in a container. Without `cwd`, the workspace; without `user`, the container's login user. */
export interface CommandSpec {
  /** The program and its arguments, run as they are, by no shell. */
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** Give it a terminal of this size; stdout and stderr are then one stream (stdout). */
  readonly tty?: TerminalSize;
  /** Whether stdin is wanted; without it the command reads an end of file at once. */
  readonly stdin?: boolean;
  /** After this many milliseconds the whole process group is killed and `timedOut` is set. */
  readonly timeoutMs?: number;
  /** Berth itself looks at something: this neither keeps an idle container running nor wakes one. */
  readonly own?: boolean;
  /** Starts without the variables of the container's secrets: for what waits long, and reads them when it needs them. */
  readonly withoutSecrets?: boolean;
}

/** A terminal’s size in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  /** Value of TERM; xterm-256color if left out. */
  readonly term?: string;
}

/** How a command ended. `ms`: milliseconds from its start. */
export interface CommandExit {
  /** The command's own code; 128 + number for a signal, 124 at a time-out, 127 for a program that is not there, 126 for one that cannot run. */
  readonly code: number;
  /** The signal's name without SIG where one ended it and the transport told so. */
  readonly signal?: string;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  readonly ms: number;
}

/**
 * A command under way. The streams end before `exit` resolves, so that no last line is lost: to a reader that is attached
 * in the turn in which the command was handed over; a stream that nobody reads holds nothing up.
 */
export interface RunningCommand {
  /** Undefined unless `stdin` or `tty` was asked for. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves also on time-out and cancel; rejects with BerthError `container_gone` or `line_lost` when the end cannot be known. */
  readonly exit: Promise<CommandExit>;
  resize(size: TerminalSize): void;
  /** Sends a signal (name without SIG) to the whole process group in the container. */
  signal(name: string): Promise<void>;
  /** TERM to the process group, KILL after a grace of two seconds; `exit` resolves with `cancelled`. */
  cancel(): Promise<void>;
}

/**
 * Runs commands in one container. Two roads stand behind it, the engine's exec and the Line; the caller does not choose.
 * @throws BerthError `container_not_running`, `container_gone`, `line_failed`, `file_not_found` where `cwd` is not there, `bad_usage`
 * for what cannot be a command (NUL, a variable's name no shell takes, more than 127,000 bytes with its environment)
 */
export interface CommandRunner {
  run(spec: CommandSpec, signal?: AbortSignal): Promise<RunningCommand>;
}
