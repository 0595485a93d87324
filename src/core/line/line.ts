import { unlessAborted } from '../abort';
import type { CommandRunner, CommandSpec, RunningCommand, TerminalSize } from '../command';
import type { Engine, EngineConnection } from '../engine/types';
import { cancelled, messageOf, toBerthError, type BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { Answer } from './answer';
import { NotSentError, type Connection, type Started } from './connection';
import { createEngineRunner } from './engine-runner';
import { lossOf } from './fate';
import { createRemoteFiles } from './files';
import { connectByPipes } from './pipe-connection';
import { newNonce } from './nonce';
import { running } from './running';
import { connectBySsh } from './ssh-connection';
import { languageVariables, multilineVariables } from './sshd-config';
import { ShellGoneError, transportOf } from './transport';
import { NoSshdError } from './tunnel';
import type { Forwarded, Line, LineSession, LineTarget, RemoteFiles, SessionSource } from './types';
import { loginShell, wrapScript } from './wrap';

/** What a Line is made from. */
export interface LineOptions {
  readonly engine: Pick<EngineConnection, 'get'>;
  readonly home: BerthHome;
  readonly target: LineTarget;
  /** Has a container connect to this process; null where it does not (see answer.ts). */
  readonly call: (containerId: string) => Promise<Answer | null>;
  /** Closes after this long without a channel, in milliseconds. */
  readonly idleMs?: number;
  /** What sessions get beyond the container's own environment. */
  readonly session?: SessionSource;
}

const fiveMinutes = 5 * 60_000;

/** The Line to one container. Costs nothing until it is used. */
export class ContainerLine implements Line {
  readonly files: RemoteFiles;
  #connection: Connection | undefined;
  #connecting: Promise<Connection> | undefined;
  readonly #life = new AbortController();
  #uses = 0;
  #idle: NodeJS.Timeout | undefined;
  /** Set where the container was found to have no sshd: all goes by the engine from then on. */
  #withoutSshd = false;

  constructor(private readonly options: LineOptions) {
    this.files = createRemoteFiles({
      sftp: () => this.#send((connection) => connection.sftp(), undefined),
      use: (work) => this.#using(work),
      lost: (error) => this.#lost(error),
    });
  }

  get state(): Line['state'] {
    if (this.#life.signal.aborted) return 'closed';
    if (this.#connection?.isOpen === true) return 'connected';
    return this.#connecting === undefined ? 'idle' : 'connecting';
  }

  async connect(signal?: AbortSignal): Promise<number> {
    if (this.state === 'connected') return 0;
    const started = performance.now();
    await this.#using(() => this.#open(signal));
    return Math.max(1, Math.round(performance.now() - started));
  }

  async run(spec: CommandSpec, signal?: AbortSignal): Promise<RunningCommand> {
    if (signal?.aborted === true) throw cancelled();
    const { target } = this.options;
    if (this.#withoutSshd || (spec.user !== undefined && spec.user !== target.user)) {
      return (await this.#byEngine(signal)).run(spec, signal);
    }
    try {
      return await this.#byConnection(spec, signal);
    } catch (error) {
      if (!(error instanceof NoSshdError)) throw error;
      this.#withoutSshd = true;
      return (await this.#byEngine(signal)).run(spec, signal);
    }
  }

  shell(size: TerminalSize, options: { readonly cwd?: string } = {}, signal?: AbortSignal): Promise<RunningCommand> {
    return this.run({ argv: loginShell, tty: size, ...options }, signal);
  }

  async forward(port: number, signal?: AbortSignal): Promise<Forwarded> {
    this.#begin();
    try {
      const forwarded = await this.#send(
        (connection) => connection.forward(port),
        signal,
        (error) =>
          /refused/i.test(messageOf(error))
            ? `Nothing listens on port ${port} in the container.`
            : `Port ${port} of the container could not be reached: ${messageOf(error)}.`,
      );
      forwarded.stream.once('close', () => this.#end());
      return forwarded;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async stay(signal?: AbortSignal): Promise<void> {
    this.#begin();
    try {
      await unlessAborted((await this.#open(signal)).closed, signal);
    } finally {
      this.#end();
    }
  }

  renew(): void {
    this.#connection?.end();
  }

  dispose(): void {
    this.#life.abort(cancelled());
    clearTimeout(this.#idle);
    this.#connection?.end();
  }

  /** `fresh`: by a process that starts for it, whatever waits. */
  async #byConnection(spec: CommandSpec, signal?: AbortSignal, fresh = false): Promise<RunningCommand> {
    const { target } = this.options;
    const nonce = newNonce();
    const cwd = spec.cwd ?? target.workspacePath;
    const environment = spec.own === true ? {} : (await this.#session()).environment;
    const { environment: theirs } = target;
    const common = { ...multilineVariables(theirs), ...languageVariables(theirs), ...environment };
    const env = { ...common, ...spec.env };
    const { argv, own, withoutSecrets, stdin, tty } = spec;
    const wrap = { argv, cwd, env, own, withoutSecrets, stdin };
    const start = { wrap, script: wrapScript({ ...wrap, nonce }), nonce, common, tty, fresh };
    const begin = async (open: Connection): Promise<readonly [Connection, Started]> => [open, await open.start(start)];
    // A look of Berth's own keeps no connection open that nobody uses.
    const counts = spec.own !== true;
    if (counts) this.#begin();
    try {
      const [connection, started] = await this.#send(begin, signal);
      const transport = transportOf(connection, started, () => this.#lost());
      const begun = running(transport, { ...spec, cwd }, started.nonce, signal);
      const command = await (started.waited ? connection.awaiting(begun) : begun);
      if (!started.waited && counts) connection.fill();
      const over = (): void => {
        if (counts) this.#end();
      };
      command.exit.then(over, over);
      return command;
    } catch (error) {
      if (counts) this.#end();
      if (error instanceof ShellGoneError) return this.#byConnection(spec, signal, true);
      throw error;
    }
  }

  /** Asks once, and a second time only where the first request cannot have left: nothing ever runs twice. */
  async #send<T>(
    ask: (connection: Connection) => Promise<T>,
    signal: AbortSignal | undefined,
    words = (error: unknown): string => `The Line refused a request: ${messageOf(error)}.`,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = await this.#open(signal);
      try {
        return await ask(connection);
      } catch (error) {
        if (error instanceof NotSentError && attempt === 1) {
          connection.end();
          continue;
        }
        if (!connection.isOpen) throw await this.#lost(error);
        throw toBerthError(error, 'line_failed', words(error));
      }
    }
  }

  /** The one connection, shared by all who ask meanwhile; each may stop waiting for it alone. */
  async #open(signal?: AbortSignal): Promise<Connection> {
    this.#life.signal.throwIfAborted();
    if (this.#connection?.isOpen === true) return this.#connection;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return unlessAborted(this.#connecting, signal);
  }

  async #connect(): Promise<Connection> {
    const { signal } = this.#life;
    const { home, target, call } = this.options;
    const session = await this.#session();
    const bySsh = async (): Promise<Connection> =>
      connectBySsh(await this.#engine(signal), home, target, await this.#session(), signal);
    // Who is asked from inside is asked over SSH, from the first command on.
    const byPipes =
      session.back === undefined
        ? await connectByPipes({
            ...{ home, target, bySsh, environment: session.environment },
            call: () => call(target.containerId),
          })
        : null;
    const connection = byPipes ?? (await bySsh());
    if (signal.aborted) {
      // Let go of while the last steps were under way: nobody would end it any more.
      connection.end();
      throw cancelled();
    }
    this.#connection = connection;
    return connection;
  }

  #engine(signal?: AbortSignal): Promise<Engine> {
    return this.options.engine.get(signal);
  }

  async #byEngine(signal?: AbortSignal): Promise<CommandRunner> {
    const { target, session } = this.options;
    return createEngineRunner(await this.#engine(signal), target, session && (() => session(target)));
  }

  async #session(): Promise<LineSession> {
    return (await this.options.session?.(this.options.target)) ?? { environment: {} };
  }

  /** What to say to whoever was waiting when the connection broke. */
  #lost(cause?: unknown): Promise<BerthError> {
    return lossOf(() => this.#engine(), this.options.target.containerId, cause);
  }

  async #using<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  #begin(): void {
    this.#uses += 1;
    clearTimeout(this.#idle);
  }

  #end(): void {
    this.#uses -= 1;
    if (this.#uses > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#connection?.end(), this.options.idleMs ?? fiveMinutes).unref();
  }
}
