import { connect, type Socket } from 'node:net';
import { cancelled } from '../errors';
import { checked, type Answer } from './answers';
import { markOf } from './known';
import type { Client, ClientCall } from './client';

/** Longer heads are no engine's. */
const longestHead = 64 * 1024;

type Begun = Socket & Answer;

/** Calls that were sent before there was a client: each one's connection by its text. A call takes it in place of its own. */
export type Sent = Map<string, Socket>;

/** A call as it stands on the wire. Pure. */
export function textOf(
  version: string,
  { method, path, headers, body }: Pick<ClientCall, 'method' | 'path' | 'headers' | 'body'>,
): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${String(value)}\r\n`,
  );
  return `${method} /v${version}${path} HTTP/1.0\r\n${lines.join('')}\r\n${typeof body === 'string' ? body : ''}`;
}

/** What asks for a connection to become a stream of both ways. */
export const upgrading = { Connection: 'Upgrade', Upgrade: 'tcp' };

/**
 * HTTP to a local socket for a process that asks three things and ends: each call has a connection of its own, and its
 * answer ends with that (HTTP/1.0), so that there is no more to read than a head. Node's client has to be loaded first,
 * which with its first request takes longer than the engine does.
 * @param version the API version to pin, such as `1.41`
 * @param mark what an answer says that tells who it is of (see markOf); another engine's fails the call
 * @param sent what is under way already; what nobody asks for is let go with the client
 */
export function createLocalClient(socketPath: string, version: string, mark: string, sent: Sent = new Map()): Client {
  const open = new Set<Socket>(sent.values());
  const send = (text: string): Socket => {
    const before = sent.get(text);
    sent.delete(text);
    if (before !== undefined && !before.destroyed) return before;
    const socket = connect(socketPath);
    socket.write(text);
    return socket;
  };
  const begin = ({ signal, ...call }: ClientCall): Promise<Begun> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      const socket = send(textOf(version, call));
      open.add(socket);
      const stop = (): void => void socket.destroy(cancelled());
      signal?.addEventListener('abort', stop, { once: true });
      // Listened to until the end: what breaks the connection breaks the answer too.
      socket.on('error', reject).once('close', () => {
        open.delete(socket);
        signal?.removeEventListener('abort', stop);
        reject(new Error('socket hang up'));
      });
      let head = Buffer.alloc(0);
      const onReadable = (): void => {
        const chunk = socket.read() as Buffer | null;
        if (chunk === null) return;
        head = Buffer.concat([head, chunk]);
        const begun = beginningOf(head);
        if (begun === undefined) return;
        socket.off('readable', onReadable);
        if (begun === null) {
          socket.destroy(new Error('it does not speak HTTP'));
          return;
        }
        const { read, rest } = begun;
        // A connection that was turned into a stream says nothing of the kind.
        const said = markOf(read);
        if (said !== null && said !== mark) {
          socket.destroy(new Error('it is another engine than it was'));
          return;
        }
        if (rest.length > 0) socket.unshift(rest);
        resolve(Object.assign(socket, read));
      };
      socket.on('readable', onReadable);
    });
  const request = async (call: ClientCall): Promise<Begun> => checked(await begin(call));
  return {
    request,
    listen: request,
    upgrade: async (call) => {
      const answer = await checked(await begin({ ...call, headers: { ...call.headers, ...upgrading } }));
      if (answer.statusCode === 101) return answer;
      answer.destroy();
      return null;
    },
    dispose: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/**
 * An answer's head, and what came after it, of all that came so far. Undefined while more of the head is to come, null where
 * it is none. Pure.
 */
export function beginningOf(
  bytes: Buffer,
): { readonly read: NonNullable<ReturnType<typeof readHead>>; readonly rest: Buffer } | null | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0 && bytes.length < longestHead) return undefined;
  const read = readHead(bytes.toString('latin1', 0, Math.max(end, 0)));
  return read === null ? null : { read, rest: bytes.subarray(end + 4) };
}

/** Takes an answer's head apart; null for what is none, or promises a body in a way that HTTP/1.0 does not have. Pure. */
function readHead(text: string): (Required<Pick<Answer, 'headers'>> & { readonly statusCode: number }) | null {
  const [status = '', ...lines] = text.split('\r\n');
  const code = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(status)?.[1];
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return code === undefined || 'transfer-encoding' in headers ? null : { statusCode: Number(code), headers };
}
