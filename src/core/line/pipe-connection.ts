import type { SFTPWrapper } from 'ssh2';
import { messageOf } from '../errors';
import type { BerthHome } from '../home';
import type { Answer } from './answer';
import { NotSentError, type Connection, type Execution, type Start, type Started } from './connection';
import { newNonce } from './nonce';
import { ReadyShells } from './ready-shells';
import { besideWrap, serveOnce } from './serve-once';
import { sftpBySocket } from './sftp-by-socket';
import { sharedSftp } from './shared-sftp';
import { SilenceWatch, silentMs } from './silence';
import type { Forwarded, LineTarget } from './types';
import type { ReadyWrap } from './wrap';

export interface PipeConnectionParts {
  readonly home: Pick<BerthHome, 'dialDir'>;
  readonly target: LineTarget;
  /** What commands see of variables, besides the container's own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly call: () => Promise<Answer | null>;
  /** For what takes an sshd: terminals and ports. */
  readonly bySsh: () => Promise<Connection>;
}

/**
 * Connects to a container on this machine without sshd: to a fork server of the user's by pipes. Never fails.
 * @returns null where the container is not called, or has none
 */
export async function connectByPipes(parts: PipeConnectionParts): Promise<Connection | null> {
  const connection = new PipeConnection(parts);
  if (await connection.begin()) return connection;
  connection.end();
  return null;
}

class PipeConnection implements Connection {
  readonly closed: Promise<void>;
  readonly sftp: () => Promise<SFTPWrapper>;
  #closed: () => void = () => undefined;
  readonly #over = new AbortController();
  readonly #live = new Set<Execution>();
  #starting = 0;
  readonly #silence = new SilenceWatch(silentMs, () => this.end());
  readonly #shells = new ReadyShells(
    async ({ hello }) => {
      const execution = await this.#session(hello);
      if (execution === null) throw new Error('The container has no fork server');
      return { execution, common: {} };
    },
    { forks: true, atRest: 1 },
  );
  #ssh: Promise<Connection> | undefined;

  constructor(private readonly parts: PipeConnectionParts) {
    this.closed = new Promise((resolve) => (this.#closed = resolve));
    const { home, target } = parts;
    this.sftp = sharedSftp(async () => (await sftpBySocket(home, target, this.closed)) ?? (await this.#bySsh()).sftp());
  }

  get isOpen(): boolean {
    return !this.#over.signal.aborted;
  }

  /** Has the first server started. @returns whether it waits */
  begin(): Promise<boolean> {
    return this.#shells.begin();
  }

  async start(start: Start): Promise<Started> {
    if (!this.isOpen) throw new NotSentError('Not connected');
    const { wrap, nonce, common, tty, fresh } = start;
    if (tty !== undefined) return (await this.#bySsh()).start(start);
    // What waits comes back from a look of Berth's own, unless that reads.
    const once = fresh || (wrap.own === true && wrap.stdin === true);
    const waited = once ? null : await this.#shells.take(wrap, common);
    return waited ?? (await this.#once(wrap, nonce)) ?? (await this.#bySsh()).start({ ...start, fresh: true });
  }

  fill(): void {
    this.#shells.fill();
  }

  async beside(argv: readonly string[]): Promise<void> {
    const started = await this.#once(besideWrap(argv), newNonce());
    if (started === null) await (await this.#bySsh()).beside(argv);
    else await started.served?.closed;
  }

  awaiting<T>(answer: Promise<T>): Promise<T> {
    return this.#silence.over(answer);
  }

  async forward(port: number): Promise<Forwarded> {
    return (await this.#bySsh()).forward(port);
  }

  end(): void {
    if (!this.isOpen) return;
    this.#over.abort();
    this.#silence.dispose();
    this.#shells.dispose();
    for (const execution of this.#live) execution.abandon();
    this.#ssh?.then(
      (connection) => connection.end(),
      () => undefined,
    );
    this.#closed();
  }

  /** A server for this command alone; null where none starts. */
  async #once(wrap: ReadyWrap, nonce: string): Promise<Started | null> {
    const execution = await this.#session(newNonce());
    return execution === null ? null : serveOnce(execution, wrap, nonce);
  }

  async #session(hello: string): Promise<Execution | null> {
    const { target, environment, call } = this.parts;
    this.#starting += 1;
    const spec = { user: target.user, environment: { ...target.environment, ...environment }, hello };
    const execution = await call()
      .then((answer) => answer?.asServer(spec, this.#over.signal) ?? null)
      .finally(() => (this.#starting -= 1));
    if (execution === null) {
      this.#endWithLast();
      return null;
    }
    this.#live.add(execution);
    for (const output of [execution.stdout, execution.stderr]) output.on('data', () => this.#silence.heard());
    void execution.closed.then(() => {
      this.#live.delete(execution);
      this.#endWithLast();
    });
    return execution;
  }

  /** One waits as long as the connection lasts: where none is left, and none is about to be, the container has ended. */
  #endWithLast(): void {
    if (this.#live.size === 0 && this.#starting === 0) this.end();
  }

  /** The connection to an sshd. Nothing has been asked of it where it cannot be had. */
  async #bySsh(): Promise<Connection> {
    try {
      return await this.#sshShared();
    } catch (error) {
      if (!this.isOpen) throw new NotSentError(messageOf(error));
      throw error;
    }
  }

  /** Made when it is first asked for, and anew after it has ended. */
  #sshShared(): Promise<Connection> {
    const forget = (made: Promise<Connection>): void => {
      if (this.#ssh === made) this.#ssh = undefined;
    };
    if (this.#ssh !== undefined) return this.#ssh;
    const made = this.parts.bySsh();
    this.#ssh = made;
    made.then(
      (connection) => {
        if (!this.isOpen) connection.end();
        void connection.closed.then(() => forget(made));
      },
      () => forget(made),
    );
    return made;
  }
}
