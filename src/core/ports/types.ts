import type { Event, Disposable } from '../lifetime';
import type { ProjectRow } from '../model';

/** A port that somebody asks for. Without `host` the number is the last one it had, else the container's own. */
export interface PortAsk {
  readonly port: number;
  readonly host?: number;
}

/** What a process wants forwarded: all that its project declares and was given by *Forward Port…*, or ports of its own. */
export type PortWant = 'project' | readonly PortAsk[];

/** Why a forward has another number than the wanted one: somebody listens there, or this user may not. */
export type Moved = 'taken' | 'not_allowed';

/** Who wants a port: the template, a person by *Forward Port…* (kept until stopped), or a `berth forward` that runs. */
export type PortOrigin = 'declared' | 'added' | 'process';

/** One port of a project, as every face shows it. */
export interface PortRow {
  /** Inside the container. */
  readonly port: number;
  /** The real number on 127.0.0.1; null where nothing listens. */
  readonly host: number | null;
  readonly wanted: number;
  /** `published` by the engine, `forwarded` by Berth, `off` while nobody forwards it, `failed` where no number was free. */
  readonly state: 'forwarded' | 'published' | 'off' | 'failed';
  readonly moved: Moved | null;
  readonly origin: PortOrigin;
}

/** This process's part in forwarding one project's ports, until it is disposed. */
export interface PortSession extends Disposable {
  readonly rows: readonly PortRow[];
  readonly onDidChange: Event<readonly PortRow[]>;
  /** `forwarder`: this process holds the ports. `follower`: another one does, and this one takes over when it ends. */
  readonly role: 'joining' | 'forwarder' | 'follower';
  /** Resolves with the rows once it is known what came of each wanted port. */
  ready(signal?: AbortSignal): Promise<readonly PortRow[]>;
}

/** Ports of containers on this machine’s 127.0.0.1, shared by all processes of a user. */
export interface Ports {
  /**
   * Takes part in forwarding: one process of those that join does it, and when it ends the next takes over with the same
   * numbers. The snapshot of the projects has to be watched meanwhile. Nothing is connected to before a port is used.
   */
  join(row: ProjectRow, want: PortWant): PortSession;
  /** What is forwarded now, as its forwarder tells it; starts nothing. */
  look(row: ProjectRow, signal?: AbortSignal): Promise<readonly PortRow[]>;
  /** From now on every process that joined for the project forwards this one too; also brings back a stopped one. */
  add(row: ProjectRow, ask: PortAsk): Promise<void>;
  /** No longer forwards this port of the container, until it is added again. */
  stop(row: ProjectRow, port: number): Promise<void>;
  /** TCP ports on which something in the container listens where a forward reaches it. Two small reads over the Line. */
  listening(row: ProjectRow, signal?: AbortSignal): Promise<readonly number[]>;
  /** Whether a person may be asked about this port now; true once only for a project and port, whichever process asks. */
  claimQuestion(row: ProjectRow, port: number): Promise<boolean>;
  /** Never asks about ports of this project again. */
  silence(row: ProjectRow): Promise<void>;
}
