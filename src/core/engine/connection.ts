import { unlessAborted } from '../abort';
import { BerthError, cancelled, messageOf } from '../errors';
import { Emitter, type Disposable, type Event } from '../lifetime';
import type { Logger } from '../log';
import { tryEndpoints } from './attempts';
import type { EndpointChoice } from './endpoint-facts';
import { chooseEndpoints, chosenEndpoint, fromHost } from './endpoints';
import type { KnownEngines } from './known';
import { machineFacts } from './machine-facts';
import type { Engine, EngineConnection, EngineInfo, EngineStatus, EngineWish } from './types';

/** What a connection is made from. */
export interface EngineConnectionOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  /** The engine to use whatever the environment says, as DOCKER_HOST would write it. */
  readonly url?: string | undefined;
  /** The user's own choice, which goes before what the environment says; null for none. Asked anew by `chooseAgain`. */
  readonly wish?: (() => EngineWish | null) | undefined;
  /** For processes that live no longer than one command; without it the engine is asked for all that is to be known. */
  readonly known?: KnownEngines | undefined;
}

/** Milliseconds until the first and between the slowest attempts to find a lost engine again. */
const backoff = { first: 250, most: 5000 };

/** Makes a connection that has not been tried yet: get() connects. */
export function createEngineConnection(options: EngineConnectionOptions): EngineConnection {
  return new Connection(options);
}

class Connection implements EngineConnection {
  readonly #emitter = new Emitter<EngineStatus>((error) => this.options.log.log('error', messageOf(error)));
  readonly #life = new AbortController();
  #status: EngineStatus = { kind: 'connecting', last: null };
  #connecting: Promise<Engine> | undefined;
  /** Where the engine was found: an engine lost is waited for there, never replaced by another one. */
  #found: EndpointChoice | undefined;
  #last: EngineInfo | null = null;
  /** Whether what earlier processes know of the engine will do. */
  #mayRecall = true;
  /** Counts the choices: an attempt that began with an earlier one is of no use. */
  #choice = 0;
  /** Engines that were replaced by one with fresh facts, and may still be in use. */
  readonly #former: Engine[] = [];
  #listeners = 0;
  #timer: NodeJS.Timeout | undefined;
  #wait = backoff.first;

  constructor(private readonly options: EngineConnectionOptions) {}

  get status(): EngineStatus {
    return this.#status;
  }

  readonly onDidChangeStatus: Event<EngineStatus> = (listener) => {
    const subscription = this.#emitter.event(listener);
    this.#listeners += 1;
    this.#retryLater();
    return once(() => {
      subscription.dispose();
      this.#listeners -= 1;
      if (this.#listeners === 0) this.#stopRetrying();
    });
  };

  get(signal?: AbortSignal): Promise<Engine> {
    if (this.#life.signal.aborted || signal?.aborted === true) return Promise.reject(cancelled());
    if (this.#status.kind === 'connected') return Promise.resolve(this.#status.engine);
    return unlessAborted(this.#connect(), signal);
  }

  async fresh(signal?: AbortSignal): Promise<Engine> {
    const engine = await this.get(signal);
    if (engine.info.recalled !== true) return engine;
    if (this.#mayRecall) this.#former.push(engine);
    this.#mayRecall = false;
    return unlessAborted(this.#connect(), signal);
  }

  lost(error: unknown): void {
    if (this.#status.kind !== 'connected' || this.#life.signal.aborted) return;
    this.#status.engine.dispose();
    const told =
      error instanceof BerthError
        ? error
        : new BerthError('engine_unreachable', 'The connection to the container engine was lost.', { cause: error });
    this.options.log.log('warn', told.message);
    this.#wait = backoff.first;
    this.#set({ kind: 'unreachable', error: told, tried: [], last: this.#last });
    this.#retryLater();
  }

  chooseAgain(): void {
    if (this.#life.signal.aborted) return;
    this.#choice += 1;
    if (this.#status.kind === 'connected') this.#status.engine.dispose();
    this.#found = undefined;
    this.#last = null;
    this.#wait = backoff.first;
    this.#set({ kind: 'connecting', last: null });
    this.#connect().catch(() => undefined);
  }

  dispose(): void {
    this.#life.abort();
    this.#stopRetrying();
    if (this.#status.kind === 'connected') this.#status.engine.dispose();
    for (const engine of this.#former) engine.dispose();
    this.#emitter.dispose();
  }

  /** One attempt that all who ask share. A failure is told to them and forgotten. */
  #connect(): Promise<Engine> {
    this.#stopRetrying();
    this.#connecting ??= this.#attempt().finally(() => {
      this.#connecting = undefined;
      this.#retryLater();
    });
    return this.#connecting;
  }

  async #attempt(): Promise<Engine> {
    const turn = this.#choice;
    const choice = this.#found ?? this.#choose();
    const result = await tryEndpoints(choice, this.options.env, this.#life.signal, this.#known());
    if (turn !== this.#choice) {
      if ('engine' in result) result.engine.dispose();
      return this.#attempt();
    }
    if ('error' in result) {
      this.#set({ kind: 'unreachable', error: result.error, tried: result.tried, last: this.#last });
      throw result.error;
    }
    const { engine, passedOver } = result;
    if (this.#life.signal.aborted) {
      engine.dispose();
      throw cancelled();
    }
    for (const { endpoint, problem } of passedOver) {
      this.options.log.log('debug', `Passed over ${endpoint.url} (${endpoint.source}): ${problem}`);
    }
    const { info } = engine;
    const what = `${info.flavour} ${info.version} (API ${info.apiVersion})`;
    this.options.log.log('info', `Connected to ${what} at ${info.endpoint.url}, found by ${info.endpoint.source}`);
    this.#found = { kind: 'named', endpoint: info.endpoint };
    this.#last = info;
    this.#wait = backoff.first;
    this.#set({ kind: 'connected', engine });
    return engine;
  }

  #known(): Partial<KnownEngines> | undefined {
    const { known } = this.options;
    return known === undefined || this.#mayRecall ? known : { remember: (url, facts) => known.remember(url, facts) };
  }

  #choose(): EndpointChoice {
    const facts = machineFacts(this.options.env);
    const { url, wish } = this.options;
    if (url !== undefined) return fromHost(url, 'the given address', facts);
    const wished = wish?.() ?? null;
    return wished === null ? chooseEndpoints(facts) : chosenEndpoint(wished, facts);
  }

  #set(status: EngineStatus): void {
    this.#status = status;
    this.#emitter.fire(status);
  }

  /** Looks again by itself as long as somebody watches the status; without a watcher the next get() does. */
  #retryLater(): void {
    if (this.#status.kind !== 'unreachable' || this.#listeners === 0 || this.#life.signal.aborted) return;
    if (this.#timer !== undefined || this.#connecting !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#connect().catch(() => undefined);
    }, this.#wait);
    this.#timer.unref();
    this.#wait = Math.min(this.#wait * 2, backoff.most);
  }

  #stopRetrying(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function once(work: () => void): Disposable {
  let done = false;
  return {
    dispose: () => {
      if (done) return;
      done = true;
      work();
    },
  };
}
