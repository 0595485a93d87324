import type { Core } from '../core';
import type { Options } from './options';
import type { Result } from './result';
import type { Signals } from './signals';
import type { Streams } from './streams';

/** What a verb may touch of the world. */
export interface Context {
  /** Builds the core at the first call. */
  readonly core: () => Promise<Core>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: Streams;
  readonly signals: Signals;
  /** The answer is one JSON document, so nothing is asked and nothing else goes to stdout. */
  readonly json: boolean;
  readonly verbose: boolean;
}

/** What was given on the command line. */
export interface Input {
  readonly operands: readonly string[];
  /** What follows `--`, for a verb that runs a command. */
  readonly command: readonly string[];
  readonly options: Options;
}

export interface OptionSpec {
  /** As commander reads it: `-f, --follow`, `--tail <N>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given more than once; all values are kept. */
  readonly repeat?: boolean;
  readonly choices?: readonly string[];
}

export interface Command {
  readonly name: string;
  /** What follows the name in a usage line. */
  readonly synopsis: string;
  /** How the help of `berth` itself shows it, where its operands alone do not tell. */
  readonly call?: string;
  /** One line of the help, at most 50 characters. */
  readonly summary: string;
  /** As commander reads them: `<FILE>` or `[NAME]`. */
  readonly operands: readonly { readonly spec: string; readonly description: string }[];
  readonly options: readonly OptionSpec[];
  /** `document`: takes --json. `bytes`: passes bytes through. */
  readonly output: 'document' | 'bytes';
  /** Whether what follows `--` is a command to run; else `--` only ends the options. */
  readonly runs?: 'required' | 'optional';
  /** Exit codes where they are not 1 (failed) and 2 (bad usage). */
  readonly exitCodes?: { readonly failed: number; readonly usage: number };
  /** One line of the help for several commands: its words here, `false` at the others, which stand in it. */
  readonly listed?: { readonly call: string; readonly summary: string } | false;
  /** Left out of the help: for programs, not for people. */
  readonly hidden?: boolean;
  /** More lines for this command's own help. */
  readonly notes?: readonly string[];
  run(context: Context, input: Input): Promise<Result>;
}

export const nameOperand = {
  spec: '[NAME]',
  description: "a project's exact name, an id prefix of six or more, or a path; left out: this folder",
} as const;
