import { randomBytes, timingSafeEqual, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import type { Logger } from '../core/log';

export interface HttpOptions {
  readonly factory: McpServerFactory;
  readonly port: number;
  /** Who knows it may ask; made up and told on stderr where none is given. */
  readonly token: string | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Bytes of a request: a file of 1 MiB in base64, and room around it. */
const requestBytes = 4 * 1024 * 1024;

/**
 * Streamable HTTP on 127.0.0.1 until the signal aborts. A page in a browser can reach this address too: so the token is
 * asked for always, and a request that comes from a page, or by another name of the host, is refused.
 */
export async function serveHttp({ factory, port, token: given, log, signal }: HttpOptions): Promise<void> {
  const token = given ?? randomBytes(24).toString('base64url');
  const handler = createMcpHandler(factory, {
    maxRequestBodySize: requestBytes,
    onerror: (error) => log.log('warn', 'A request failed', error),
  });
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.log('error', 'A request failed', error);
      response.destroy();
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refused = refusal(request, token);
    if (refused !== null) {
      response.writeHead(refused, refused === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}).end();
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answered = await handler.fetch(webRequest(request, gone.signal));
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    if (answered.body === null) response.end();
    else await pipeline(Readable.fromWeb(answered.body), response).catch(() => undefined);
  };

  server.listen(port, '127.0.0.1');
  await once(server, 'listening', { signal });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}/mcp`;
  process.stderr.write(`${JSON.stringify({ url, ...(given === undefined ? { token } : {}) })}\n`);
  if (!signal.aborted) await once(signal, 'abort');
  await handler.close();
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
}

/** The status to refuse a request with; null where it may ask. Pure. */
export function refusal({ headers, url }: Pick<IncomingMessage, 'headers' | 'url'>, token: string): number | null {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')) return 403;
  if (headers.origin !== undefined && !/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.origin)) return 403;
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digest(bearer), digest(token))) return 401;
  return (url ?? '').split('?')[0] === '/mcp' ? null : 404;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function webRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const { method = 'GET', url = '/' } = request;
  const body = method === 'GET' || method === 'HEAD' ? null : (Readable.toWeb(request) as ReadableStream<Uint8Array>);
  return new Request(`http://${request.headers.host ?? '127.0.0.1'}${url}`, {
    method,
    headers,
    signal,
    ...(body === null ? {} : { body, duplex: 'half' as const }),
  });
}
