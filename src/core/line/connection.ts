import type { Readable, Writable } from 'node:stream';
import type { SFTPWrapper } from 'ssh2';
import type { TerminalSize } from '../command';
import type { Served } from './served';
import type { Forwarded } from './types';
import type { ReadyWrap } from './wrap';

/** What a Line holds open to a container. When it ends it stays ended; the Line makes another. */
export interface Connection {
  /** Resolves when the connection is over, for whatever reason. */
  readonly closed: Promise<void>;
  readonly isOpen: boolean;
  start(start: Start): Promise<Started>;
  /** A command has begun: what is started for the next ones is not in its way. */
  fill(): void;
  /** Runs a short command beside others, as the same user, and waits for its end. */
  beside(argv: readonly string[]): Promise<void>;
  /** Somebody waits for this, so that not a byte for too long tells that nobody is there. */
  awaiting<T>(answer: Promise<T>): Promise<T>;
  /** The connection's one SFTP channel. */
  sftp(): Promise<SFTPWrapper>;
  forward(port: number): Promise<Forwarded>;
  end(): void;
}

/** A command that is to be started. */
export interface Start {
  readonly wrap: ReadyWrap;
  /** The same as a script, with the nonce by which its start tells its number. */
  readonly script: string;
  readonly nonce: string;
  /** The variables that all commands of the connection export. */
  readonly common: Readonly<Record<string, string>>;
  readonly tty?: TerminalSize | undefined;
  /** By what starts for this command, whatever waits: what waited was gone. */
  readonly fresh: boolean;
}

/** What a command is started with: a channel, or its part of one. */
export interface Started {
  readonly execution: Execution;
  readonly served?: Served;
  /** By which its start tells its number. */
  readonly nonce: string;
  /** Whether what waited has taken it: where that is gone by then, nothing has begun. */
  readonly waited: boolean;
}

/** A process in a container, on a channel of its own. */
export interface Execution {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** When all is closed: how it ended, null where nobody told. */
  readonly closed: Promise<{ readonly code: number } | { readonly signal: string } | null>;
  /** The size of its terminal, where it has one. */
  readonly resize: (size: TerminalSize) => void;
  /** Lets go of it. */
  readonly abandon: () => void;
}

/** Thrown where a channel was asked for on a connection that is over: nothing was sent, so asking again is safe. */
export class NotSentError extends Error {}
