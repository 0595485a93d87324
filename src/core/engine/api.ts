import { setMaxListeners } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Duplex, type Readable } from 'node:stream';
import type { Client } from './client';
import { engineFailure } from './failures';
import type { SecretHeaders } from './registry-access';
import type { EngineEndpoint } from './types';

export type Method = 'GET' | 'POST' | 'DELETE';

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

const fine = Object.fromEntries([200, 201, 204, 304].map((code) => [code, true]));

/** The engine's API: dockerode's transport with the query apart from the body, and every failure as a BerthError. */
export class Api {
  constructor(
    private readonly client: Client,
    readonly endpoint: EngineEndpoint,
    /** `raw` hands on what the transport threw, for who tries one endpoint after another. */
    private readonly errors: { readonly raw: boolean } = { raw: false },
  ) {}

  /**
   * The answer as JSON, unchecked; what it is depends on the path. Undefined for an empty one.
   * Read here rather than by the modem, which waits for ever when the engine dies in the middle of its answer.
   */
  async json(method: Method, path: string, options: CallOptions): Promise<unknown> {
    const response = await this.stream(method, path, options);
    try {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString();
      return text.trim() === '' ? undefined : JSON.parse(text);
    } catch (error) {
      throw this.failure(error, options.doing, options.signal);
    }
  }

  /** The answer as it comes. `file` is the request's body. */
  async stream(method: Method, path: string, options: CallOptions, file?: Readable): Promise<IncomingMessage> {
    const extra = { isStream: true, ...(file === undefined ? {} : { file }) };
    return (await this.#dial(method, path, options, extra)) as IncomingMessage;
  }

  /** Turns the connection into a two-way byte stream. */
  async hijack(path: string, options: CallOptions): Promise<Duplex> {
    const extra = { isStream: true, hijack: true, openStdin: true, allowEmpty: true };
    const answer = await this.#dial('POST', path, options, extra);
    if (answer instanceof Duplex) return answer;
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

  #dial(method: Method, path: string, options: CallOptions, extra: object): Promise<unknown> {
    const { doing, query = {}, body = {}, headers, signal } = options;
    // Each request under way listens, and one signal may stand for any number of them; Node warns of the eleventh.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const request = {
        path: `${path}?`,
        method,
        // Apart, since otherwise the modem puts the whole body into the address too, where it ends in logs.
        options: { _query: query, _body: body },
        statusCodes: fine,
        ...(signal === undefined ? {} : { abortSignal: signal }),
        // Node turns each into text only when it writes to the socket.
        ...(headers === undefined ? {} : { headers: { ...headers } as unknown as OutgoingHttpHeaders }),
        ...extra,
      };
      this.client.modem.dial(request, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(ownError(error, options) ?? this.failure(error, doing, signal));
      });
    });
  }
}

function ownError(error: Error, options: CallOptions): Error | undefined {
  if (!('statusCode' in error) || options.signal?.aborted === true) return undefined;
  return options.own?.some((code) => code === error.statusCode) === true ? error : undefined;
}
