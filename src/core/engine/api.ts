import { setMaxListeners } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { Answer } from './answers';
import type { Client, ClientCall } from './client';
import { EngineAnswer, engineFailure } from './failures';
import type { SecretHeaders } from './registry-access';
import type { EngineEndpoint } from './types';

/** The verbs of HTTP that the engine’s API uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One call of the API, but for its verb and path. */
export interface CallOptions {
  /** What was tried, to stand after "could not" in an error's message. */
  readonly doing: string;
  /** Objects are sent as JSON, as the API's filters want them. */
  readonly query?: Readonly<Record<string, string | number | boolean | object>>;
  readonly body?: object;
  /** What only the socket may see: credentials for a registry. */
  readonly headers?: SecretHeaders;
  readonly signal?: AbortSignal | undefined;
  /** Status codes for which the caller wants its own answer: the raw error is thrown. */
  readonly own?: readonly number[];
}

/** A call as the client takes it. Pure. */
export function callOf(
  method: Method,
  path: string,
  { query, headers, body }: Pick<CallOptions, 'query' | 'headers'> & { readonly body?: string | Readable | undefined },
): Omit<ClientCall, 'signal'> {
  return {
    method,
    path: addressOf(path, query),
    headers: headersOf(headers, body),
    ...(body === undefined ? {} : { body }),
  };
}

/** The engine's API: what is asked as queries and JSON, and every failure as a BerthError. */
export class Api {
  constructor(
    private readonly client: Client,
    readonly endpoint: EngineEndpoint,
    /** `raw` hands on what the transport threw, for who tries one endpoint after another. */
    private readonly errors: { readonly raw: boolean } = { raw: false },
  ) {}

  /** The answer as JSON, unchecked; what it is depends on the path. Undefined for an empty one. */
  json(method: Method, path: string, options: CallOptions): Promise<unknown> {
    return this.read(method, path, options, (body): unknown => {
      const text = body.toString();
      return text.trim() === '' ? undefined : JSON.parse(text);
    });
  }

  /** What `understand` makes of the whole answer. What it throws reads as the engine's failure. */
  async read<T>(
    method: Method,
    path: string,
    options: CallOptions,
    understand: (body: Buffer) => T | Promise<T>,
  ): Promise<T> {
    const response = await this.stream(method, path, options);
    try {
      return await understand(await wholeBody(response));
    } catch (error) {
      throw this.failure(error, options.doing, options.signal);
    }
  }

  /** The answer as it comes. `file` is the request's body, a tar archive where no header says otherwise. */
  stream(method: Method, path: string, options: CallOptions, file?: Readable): Promise<Answer> {
    const body = file ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    return this.#tried(options, () =>
      this.client.request({ ...callOf(method, path, { ...options, body }), signal: options.signal }),
    );
  }

  /** The answer's bytes as they come, for one that goes on and on. */
  listen(path: string, options: Pick<CallOptions, 'doing' | 'query' | 'signal'>): Promise<AsyncIterable<Uint8Array>> {
    const { query, signal } = options;
    const asked = callOf('GET', path, query === undefined ? {} : { query });
    return this.#tried(options, () => this.client.listen({ ...asked, signal }));
  }

  /** Turns the connection into a two-way byte stream. */
  async hijack(path: string, options: CallOptions): Promise<Duplex> {
    const body = JSON.stringify(options.body ?? {});
    const socket = await this.#tried(options, () =>
      this.client.upgrade({ ...callOf('POST', path, { ...options, body }), signal: options.signal }),
    );
    if (socket !== null) return socket;
    throw engineFailure(new Error('it did not open a stream'), options.doing, this.endpoint);
  }

  /** A failure of this engine's in words. */
  failure(error: unknown, doing: string, signal?: AbortSignal): Error {
    if (this.errors.raw && error instanceof Error) return error;
    return engineFailure(error, doing, this.endpoint, signal);
  }

  dispose(): void {
    this.client.dispose();
  }

  async #tried<T>(options: CallOptions, call: () => Promise<T>): Promise<T> {
    const { doing, signal } = options;
    // Each request under way listens, and one signal may stand for any number of them; Node warns of the eleventh.
    if (signal !== undefined) setMaxListeners(0, signal);
    try {
      return await call();
    } catch (error) {
      throw ownError(error, options) ?? this.failure(error, doing, signal);
    }
  }
}

/** Node's own word for it. */
const cutOff = 'ERR_STREAM_PREMATURE_CLOSE';

/** By events: to be iterated over, a stream takes a millisecond more, which is as long as a small answer itself takes. */
function wholeBody(response: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const cut = (): void =>
      reject(response.errored ?? Object.assign(new Error('the answer broke off'), { code: cutOff }));
    if (response.destroyed) cut();
    response.on('data', (part: Buffer) => parts.push(part));
    response.once('end', () => resolve(Buffer.concat(parts)));
    response.once('error', reject).once('close', cut);
  });
}

function addressOf(path: string, query: CallOptions['query'] = {}): string {
  const pairs = Object.entries(query).map(([key, value]): [string, string] => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}

function headersOf(own: SecretHeaders | undefined, body: string | Readable | undefined): OutgoingHttpHeaders {
  return {
    ...(body === undefined
      ? {}
      : { 'Content-Type': typeof body === 'string' ? 'application/json' : 'application/tar' }),
    ...(typeof body === 'string' ? { 'Content-Length': Buffer.byteLength(body) } : {}),
    // Node turns each into text only when it writes to the socket.
    ...(own as unknown as OutgoingHttpHeaders | undefined),
  };
}

function ownError(error: unknown, options: CallOptions): EngineAnswer | undefined {
  if (!(error instanceof EngineAnswer) || options.signal?.aborted === true) return undefined;
  return options.own?.includes(error.statusCode) === true ? error : undefined;
}
