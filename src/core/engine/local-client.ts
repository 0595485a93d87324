import { connect, type Socket } from 'node:net';
import type { OutgoingHttpHeaders } from 'node:http';
import { cancelled } from '../errors';
import { checked, type Answer } from './answers';
import { markOf } from './known';
import type { Client, ClientCall } from './client';

/** Longer heads are no engine's. */
const longestHead = 64 * 1024;

type Begun = Socket & Answer;

/**
 * HTTP to a local socket for a process that asks three things and ends: each call has a connection of its own, and its
 * answer ends with that (HTTP/1.0), so that there is no more to read than a head. Node's client has to be loaded first,
 * which with its first request takes longer than the engine does.
 * @param version the API version to pin, such as `1.41`
 * @param mark what an answer says that tells who it is of (see markOf); another engine's fails the call
 */
export function createLocalClient(socketPath: string, version: string, mark: string): Client {
  const open = new Set<Socket>();
  const begin = ({ method, path, headers, body, signal }: ClientCall, more: OutgoingHttpHeaders): Promise<Begun> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      const socket = connect(socketPath);
      open.add(socket);
      const stop = (): void => void socket.destroy(cancelled());
      signal?.addEventListener('abort', stop, { once: true });
      // Listened to until the end: what breaks the connection breaks the answer too.
      socket.on('error', reject).once('close', () => {
        open.delete(socket);
        signal?.removeEventListener('abort', stop);
        reject(new Error('socket hang up'));
      });
      const lines = Object.entries({ Host: 'localhost', ...headers, ...more }).map(
        ([name, value]) => `${name}: ${String(value)}\r\n`,
      );
      socket.write(
        `${method} /v${version}${path} HTTP/1.0\r\n${lines.join('')}\r\n${typeof body === 'string' ? body : ''}`,
      );
      let head = Buffer.alloc(0);
      const onReadable = (): void => {
        const chunk = socket.read() as Buffer | null;
        if (chunk === null) return;
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0 && head.length < longestHead) return;
        socket.off('readable', onReadable);
        const read = readHead(head.toString('latin1', 0, Math.max(end, 0)));
        if (read === null) {
          socket.destroy(new Error('it does not speak HTTP'));
          return;
        }
        // A connection that was turned into a stream says nothing of the kind.
        const said = markOf(read);
        if (said !== null && said !== mark) {
          socket.destroy(new Error('it is another engine than it was'));
          return;
        }
        if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
        resolve(Object.assign(socket, read));
      };
      socket.on('readable', onReadable);
    });
  return {
    request: async (call) => checked(await begin(call, {})),
    upgrade: async (call) => {
      const answer = await checked(await begin(call, { Connection: 'Upgrade', Upgrade: 'tcp' }));
      if (answer.statusCode === 101) return answer;
      answer.destroy();
      return null;
    },
    dispose: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Takes an answer's head apart; null for what is none, or promises a body in a way that HTTP/1.0 does not have. Pure. */
export function readHead(text: string): (Required<Pick<Answer, 'headers'>> & { readonly statusCode: number }) | null {
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
