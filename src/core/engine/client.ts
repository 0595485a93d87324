import { Agent as HttpAgent, request as httpRequest, type ClientRequest } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import type { NetConnectOpts, Socket } from 'node:net';
import type { RequestOptions } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { BerthError } from '../errors';
import { checked, type Answer } from './answers';
import { listen } from './listen';
import { textOf } from './local-client';
import type { EngineEndpoint } from './types';

/** One call of the engine's API. */
export interface ClientCall {
  readonly method: string;
  /** From the slash on, without the version. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** Sent as it is; a stream in chunks. */
  readonly body?: string | Readable;
  readonly signal?: AbortSignal | undefined;
}

/**
 * HTTP to one endpoint by Node's own client: streams, errors and endpoints are this room's own, a library would add no more
 * than this, and what it takes to load is on the way of each process of the command line.
 */
export interface Client {
  /** The answer as soon as it begins. @throws the socket's error, or an EngineAnswer for any status but a good one */
  request(call: ClientCall): Promise<Answer>;
  /** The same, with the connection turned into a stream of both ways; null where the engine answers without turning it. */
  upgrade(call: ClientCall): Promise<Duplex | null>;
  /** The answer's bytes, for one that goes on and on. Who takes no more of it ends it. @throws like request */
  listen(call: ClientCall): Promise<AsyncIterable<Uint8Array>>;
  dispose(): void;
}

/**
 * A client for exactly this endpoint.
 * @param version the API version to pin, such as `1.41`; null talks to the engine without one
 */
export async function createClient(endpoint: EngineEndpoint, version: string | null): Promise<Client> {
  const { agent, open, where, socket } = await target(endpoint);
  const begin = ({ method, path, headers, signal }: ClientCall): ClientRequest =>
    open({
      ...where,
      agent,
      method,
      path: version === null ? path : `/v${version}${path}`,
      headers,
      ...(signal === undefined ? {} : { signal }),
    });
  const request = (call: ClientCall): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = begin(call);
      // Listened to until the end: once the answer has begun, what breaks the connection breaks the answer too.
      sent.on('error', reject);
      sent.on('response', (response) => void checked(response).then(resolve, reject));
      send(sent, call.body);
    });
  const listening = new Set<Socket>();
  return {
    request,
    listen: async (call) => {
      if (socket === undefined || version === null) return request(call);
      return (await listen(socket, textOf(version, call), listening, call.signal)) ?? request(call);
    },
    upgrade: (call) =>
      new Promise((resolve, reject) => {
        const headers = { ...call.headers, Connection: 'Upgrade', Upgrade: 'tcp' };
        const request = begin({ ...call, headers });
        request.on('error', reject);
        request.on('upgrade', (_response, socket: Duplex, head) => {
          if (head.length > 0) socket.unshift(head);
          resolve(socket);
        });
        request.on('response', (response) => {
          checked(response).then(() => {
            request.destroy();
            resolve(null);
          }, reject);
        });
        send(request, call.body);
      }),
    dispose: () => {
      agent.destroy();
      for (const each of listening) each.destroy();
    },
  };
}

function send(request: ClientRequest, body: ClientCall['body']): void {
  if (body === undefined || typeof body === 'string') {
    request.end(body);
    return;
  }
  body.on('error', (error) => request.destroy(error));
  body.pipe(request);
}

interface Target {
  /** Where a plain socket leads there; left out where it takes more than that. */
  readonly socket?: NetConnectOpts;
  readonly agent: HttpAgent;
  readonly open: (options: RequestOptions) => ClientRequest;
  readonly where: RequestOptions;
}

async function target(endpoint: EngineEndpoint): Promise<Target> {
  const { url, tls } = endpoint;
  const plain = { open: httpRequest };
  // Said to be none, since Node otherwise works one out of the host's name, for a TLS that there is not.
  const noTls = { servername: '' };
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1];
  if (local !== undefined) {
    // A local socket is opened in microseconds; one kept for later may have died with its engine.
    const agent = new HttpAgent({ keepAlive: false });
    return { ...plain, agent, where: { ...noTls, socketPath: local }, socket: { path: local } };
  }
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'ssh:') {
    const { createDialStdioAgent } = await import('./dial-stdio');
    return { ...plain, agent: createDialStdioAgent(url), where: { ...noTls, host: 'localhost' } };
  }
  if (tls === undefined && protocol !== 'https:') {
    const agent = new HttpAgent({ keepAlive: true });
    const at = { host, port: port === '' ? 2375 : Number(port) };
    return { ...plain, agent, where: { ...noTls, ...at }, socket: at };
  }
  const { Agent, request } = await import('node:https');
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: tls?.verify ?? true });
  const { ca, cert, key } = tls ?? {};
  return { agent, open: request, where: { host, port: port === '' ? '2376' : port, ca, cert, key } };
}

/** Said where an endpoint is understood but Berth cannot go there. */
export function unsupported(message: string, hint: string): BerthError {
  return new BerthError('engine_unsupported', message, { hint });
}
