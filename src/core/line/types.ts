import type { Duplex } from 'node:stream';
import type { CommandRunner, RunningCommand, TerminalSize } from '../command';
import type { Disposable } from '../lifetime';

/** What the Line has to know of a container; the projects room makes it out of labels and the container's environment. */
export interface LineTarget {
  readonly containerId: string;
  readonly projectId: string;
  readonly alias: string;
  /** Login user; `root` only where the workspace's owner is root. */
  readonly user: string;
  readonly workspacePath: string;
  /** The container's own environment (image and template): sessions see the same as the engine's exec. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What sessions in a container get beyond its own environment; asked anew for each connection and each command. */
export interface LineSession {
  readonly environment: Readonly<Record<string, string>>;
  readonly back?: BackChannel;
}

/** How programs in the container reach this process. */
export interface BackChannel {
  /** Folder in the container for the Line's socket; made at connect, and the login user's alone. */
  readonly folder: string;
  /** Takes a connection that was made to the socket. Without it there is none. */
  readonly answer?: (stream: Duplex) => void;
  /** A connection to the SSH agent that sessions may ask, made for each time one asks; it rejects where they may not. */
  readonly agent?: () => Promise<Duplex>;
}

/** Asked for each connection and each command. */
export type SessionSource = (target: LineTarget) => Promise<LineSession>;

/** A file or folder in the container. Times in milliseconds since the epoch. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly sizeBytes: number;
  readonly mode: number;
  readonly modified: number;
}

/** Files over SFTP, as the login user. Paths are absolute in the container. @throws BerthError `file_not_found`, `file_failed`, `line_lost` */
export interface RemoteFiles {
  read(path: string, signal?: AbortSignal): Promise<Buffer>;
  /** Atomic: a temporary file beside it, then a rename. Keeps the mode of a file that was there. The content must not change until then. */
  write(path: string, content: Uint8Array, options?: { readonly mode?: number }, signal?: AbortSignal): Promise<void>;
  stat(path: string, signal?: AbortSignal): Promise<FileStat | null>;
  list(path: string, signal?: AbortSignal): Promise<(FileStat & { readonly name: string })[]>;
  remove(path: string, signal?: AbortSignal): Promise<void>;
  makeFolder(path: string, signal?: AbortSignal): Promise<void>;
}

/** A TCP connection into a container. */
export interface Forwarded {
  readonly stream: Duplex;
  /** Whether what carries it still stands: its end is the other side's own then, and not a loss. Asked a turn after its end. */
  readonly whole: () => boolean;
}

/** The one connection to a running container: made on demand, closed when idle, connected again after a drop. */
export interface Line extends CommandRunner, Disposable {
  readonly state: 'idle' | 'connecting' | 'connected' | 'closed';
  readonly files: RemoteFiles;
  /** Connects if it is not connected; what `up` waits for. Resolves to the milliseconds it took, 0 if it was connected. */
  connect(signal?: AbortSignal): Promise<number>;
  /** A login shell in a real terminal. */
  shell(size: TerminalSize, options?: { readonly cwd?: string }, signal?: AbortSignal): Promise<RunningCommand>;
  /** A TCP connection to a port inside the container. */
  forward(port: number, signal?: AbortSignal): Promise<Forwarded>;
  /** Connects if it is not connected, and keeps the connection when nobody uses it; resolves when it is over. */
  stay(signal?: AbortSignal): Promise<void>;
  /** Lets go of a connection that does not answer; the next call makes another. What is in flight fails with `line_lost`. */
  renew(): void;
}

/** Hands out the one Line for each container. */
export interface Lines extends Disposable {
  /** The same object for the same container id until it is disposed. */
  get(target: LineTarget): Line;
  /** The Line to a container that is connected now; null where none is. Makes none. */
  open(containerId: string): Line | null;
  /** Loads what a connection is made with, while somebody waits for something else. */
  prepare(): void;
  /**
   * Begins to connect to a container that is being started, before all is known of what its Line is to be; its next connection
   * goes on with that. `started` resolves once it runs. @returns lets go of it where there is none
   */
  expect(target: Omit<LineTarget, 'environment'>, started: Promise<unknown>): Promise<Disposable>;
  /** Lets go of the Line to a container that is gone. */
  drop(containerId: string): void;
}
