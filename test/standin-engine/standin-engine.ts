import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answers, StandInContainer, type ContainerFacts } from './containers';

/** A request as the stand-in understood it. */
interface Asked {
  readonly method: string;
  /** Without the version. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/**
 * A server that speaks as much of the Engine API as it takes to look at containers, from the answers of a real engine, with
 * any number of containers: what no machine holds, and what a real engine does not do on demand. It runs nothing: what
 * needs a real container needs a real engine.
 */
export class StandInEngine {
  /** What was asked, by verb and path with ids left out: `GET /containers/json` → 3. */
  readonly requests = new Map<string, number>();
  /** When an answer to it was last written whole, by the same words; milliseconds since the epoch. */
  readonly answered = new Map<string, number>();
  /** Milliseconds before each answer begins, but for a stream of events. */
  delayMs = 0;
  readonly #containers = new Map<string, StandInContainer>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Each with the beginnings of the actions that it asked for; empty where it wants all. */
  readonly #listeners = new Map<ServerResponse, readonly string[]>();
  #storm: NodeJS.Timeout | undefined;

  private constructor(readonly socketPath: string) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async open(socketPath: string): Promise<StandInEngine> {
    const engine = new StandInEngine(socketPath);
    await engine.start();
    return engine;
  }

  /** As DOCKER_HOST says it. */
  get address(): string {
    return `unix://${this.socketPath}`;
  }

  get containers(): readonly StandInContainer[] {
    return [...this.#containers.values()];
  }

  /** How many streams of events are open. */
  get listening(): number {
    return this.#listeners.size;
  }

  add(facts: ContainerFacts): StandInContainer {
    const container = new StandInContainer(facts);
    this.#containers.set(container.id, container);
    return container;
  }

  /** Something happens to a container, and everybody who listens is told. */
  emit(container: StandInContainer, action: string, more: Readonly<Record<string, string>> = {}): void {
    if (action === 'start') container.become('running');
    if (action === 'die') container.become('exited', Number(more['exitCode'] ?? 0));
    if (action === 'destroy') this.#containers.delete(container.id);
    const line = container.event(action, more);
    for (const [listener, wanted] of this.#listeners) {
      if (wanted.length === 0 || wanted.some((start) => action.startsWith(start))) listener.write(line);
    }
  }

  /** Somebody stops it: an engine tells three things of that. */
  halt(container: StandInContainer): void {
    this.emit(container, 'kill', { signal: '15' });
    this.emit(container, 'die', { exitCode: '143' });
    this.emit(container, 'stop');
  }

  /** Stops and starts containers in turn, so many of either a second, all or the first of them; disposing ends it. */
  storm(perSecond: number, among?: number): { readonly told: () => number; dispose(): void } {
    const [began, all] = [performance.now(), this.containers.slice(0, among)];
    let told = 0;
    this.#storm = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
      for (; told < due; told += 1) {
        const container = all[told % all.length];
        if (container === undefined) continue;
        if (container.state === 'running') this.halt(container);
        else this.emit(container, 'start');
      }
    }, 5);
    return { told: () => told, dispose: () => clearInterval(this.#storm) };
  }

  /** Breaks every stream of events, as a proxy that is restarted does. */
  cutEvents(): void {
    for (const listener of this.#listeners.keys()) listener.destroy();
  }

  /** Ends all connections and takes no more until {@link start}. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(this.socketPath, resolve);
    });
  }

  async dispose(): Promise<void> {
    clearInterval(this.#storm);
    if (this.#server.listening) await this.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = understood(request);
    const name = `${asked.method} ${asked.path.replace(/^(\/(?:containers|images|exec))\/[^/]+(?=\/)/, '$1/*')}`;
    this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
    request.resume();
    response.setHeader('Api-Version', String(answers.version['ApiVersion']));
    response.setHeader('Server', `Docker/${String(answers.version['Version'])} (linux)`);
    if (asked.path === '/events') {
      this.#listen(asked, response);
      return;
    }
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    const { status, body } = this.#reply(asked);
    response.on('finish', () => this.answered.set(name, Date.now()));
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  }

  #listen({ query, filters: { event = [] } }: Asked, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
    if (query.has('until')) {
      response.end();
      return;
    }
    this.#listeners.set(response, event);
    response.on('close', () => this.#listeners.delete(response));
  }

  #reply(asked: Asked): { readonly status: number; readonly body: string } {
    const { method, path } = asked;
    const [, kind = '', which = '', verb = ''] = path.split('/');
    if (path === '/_ping') return { status: 200, body: 'OK' };
    if (path === '/version') return json(answers.version);
    if (path === '/info') return json({ ...answers.info, Containers: this.#containers.size });
    if (path === '/containers/json') return { status: 200, body: this.#list(asked) };
    if (path === '/images/json') return json([]);
    if (path === '/volumes') return json({ Volumes: [], Warnings: null });
    if (kind === 'containers') {
      const container = this.#find(decodeURIComponent(which));
      if (container === undefined) return failure(404, `No such container: ${which}`);
      return this.#about(container, method, verb, asked.query);
    }
    return failure(404, kind === 'images' ? `No such image: ${which}` : 'page not found');
  }

  #about(container: StandInContainer, method: string, verb: string, query: URLSearchParams) {
    if (method === 'GET' && verb === 'json') return json(container.inspected);
    if (method === 'GET' && verb === 'logs') return { status: 200, body: '' };
    if (method === 'DELETE') this.emit(container, 'destroy');
    else if (verb === 'start') this.emit(container, 'start');
    else if (verb === 'stop' || verb === 'kill') this.emit(container, 'die', { exitCode: '143' });
    else if (verb === 'rename') container.rename(query.get('name') ?? container.name);
    else return failure(409, 'the stand-in runs nothing');
    return { status: 204, body: '' };
  }

  #find(which: string): StandInContainer | undefined {
    return (
      this.#containers.get(which) ?? this.containers.find(({ id, name }) => name === which || id.startsWith(which))
    );
  }

  /** What a list is filtered by: labels all of which have to fit, ids and names of which one has to. */
  #list({ query, filters: { label = [], id = [], name = [] } }: Asked): string {
    const all = query.get('all') ?? '';
    const names = name.map((pattern) => new RegExp(pattern));
    const fits = (one: StandInContainer): boolean =>
      (one.state === 'running' || all === '1' || all === 'true') &&
      label.every((wanted) => hasLabel(one, wanted)) &&
      (id.length === 0 || id.some((start) => one.id.startsWith(start))) &&
      (names.length === 0 || names.some((pattern) => pattern.test(`/${one.name}`) || pattern.test(one.name)));
    const lines: string[] = [];
    for (const container of this.#containers.values()) if (fits(container)) lines.push(container.listed);
    return `[${lines.join(',')}]`;
  }
}

function understood(request: IncomingMessage): Asked {
  const url = new URL(request.url ?? '/', 'http://engine');
  const filters = JSON.parse(url.searchParams.get('filters') ?? '{}') as Asked['filters'];
  const path = url.pathname.replace(/^\/v\d+\.\d+/, '');
  return { method: request.method ?? 'GET', path, query: url.searchParams, filters };
}

function hasLabel({ labels }: StandInContainer, wanted: string): boolean {
  const at = wanted.indexOf('=');
  return at < 0 ? labels[wanted] !== undefined : labels[wanted.slice(0, at)] === wanted.slice(at + 1);
}

const json = (value: unknown) => ({ status: 200, body: JSON.stringify(value) });
const failure = (status: number, message: string) => ({ status, body: JSON.stringify({ message }) });
