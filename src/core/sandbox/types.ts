import type { CommandRunner } from '../command';
import type { Shells } from './shells';

/** A container as its tools use it. */
export interface Box {
  readonly project: { readonly id: string; readonly name: string };
  /** The engine's id of the container. */
  readonly container: string;
  /** The login user. */
  readonly user: string;
  readonly workspacePath: string;
  /** Folders that files may be read and written in, absolute in the container: the workspace, and the template's mounts. */
  readonly roots: readonly string[];
  readonly runner: CommandRunner;
  /** For what is short and comes often. */
  readonly shells: Shells;
  /** For files: shells that know their scripts, and of which no command of anybody’s is a child. */
  readonly fileShells: Shells;
}

/** A command that goes on when whoever started it is gone. */
export interface RecordedSpec {
  /** The program and its arguments, run as they are, by no shell. */
  readonly argv: readonly string[];
  /** Absolute in the container; the workspace when left out. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A user's name; the login user when left out. */
  readonly user?: string;
  /** After so many milliseconds the command is ended. */
  readonly timeoutMs: number;
  /** How many may run in the container at once. */
  readonly atOnce: number;
  /** A command with the same key is never run a second time within 24 hours: its record is what a repeat gets. */
  readonly retryKey?: string;
}

/** A piece of a stream. `encoding` is `base64` where the bytes are no text. */
export interface OutputPart {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  /** Bytes that the command has written and that follow this piece; read on with the cursor. */
  readonly left: number;
  /** More was written than is kept of a stream; what came after that is lost. */
  readonly dropped: boolean;
}

/** `lost`: the container stopped while it ran, so that its end is not known. */
export type RecordedState = 'running' | 'exited' | 'timed_out' | 'cancelled' | 'lost';

/** What a record tells at one moment. */
export interface Recorded {
  /** Names the command for as long as its record is kept, in any process of this user. */
  readonly id: string;
  readonly state: RecordedState;
  /** 124 at a time-out, 128 and its number for a signal; null while it runs, or where it is not known. */
  readonly exitCode: number | null;
  /** Milliseconds that it took; null while it runs. */
  readonly ms: number | null;
  readonly stdout: OutputPart;
  readonly stderr: OutputPart;
  /** Where to read on: what came before it has been told. */
  readonly cursor: string;
  /** True where the retry key had been used: nothing was started. */
  readonly repeated: boolean;
}
