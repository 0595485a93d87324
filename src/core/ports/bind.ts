import { connect, type Server } from 'node:net';
import type { Moved } from './types';

/** Never all interfaces: what a container serves is for this machine's own user. */
export const loopback = '127.0.0.1';

/** Milliseconds after which a number that does not answer counts as free. */
const probeMs = 300;

/** The number that was had. */
export interface Bound {
  readonly host: number;
  /** Why the numbers before it could not be had. */
  readonly refused: ReadonlyMap<number, Moved>;
}

/**
 * Listens on the first of these numbers that can be had. The bind itself decides, so a number that is taken after it was
 * looked at is passed over like any other.
 * @param looksTaken asked before each bind, since some systems let two programs have one number
 * @throws what the system said of the last one, where none could be had
 */
export async function listenOnFirst(
  server: Server,
  ports: Iterable<number>,
  looksTaken: (port: number) => Promise<boolean> = takenElsewhere,
): Promise<Bound> {
  const refused = new Map<number, Moved>();
  let last: unknown = new Error('No number to listen on');
  for (const port of ports) {
    if (port !== 0 && (await looksTaken(port))) {
      refused.set(port, 'taken');
      continue;
    }
    try {
      return { host: await listen(server, port), refused };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      refused.set(port, code === 'EACCES' ? 'not_allowed' : 'taken');
      last = error;
    }
  }
  throw last;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    server.once('error', failed);
    server.listen({ host: loopback, port, exclusive: true }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Linux refuses 127.0.0.1 beside a program that listens on all interfaces; macOS and Windows give the number to both. */
function takenElsewhere(port: number): Promise<boolean> {
  return process.platform === 'linux' ? Promise.resolve(false) : answers(port);
}

/** Whether something listens on this number of 127.0.0.1 now. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port, timeout: probeMs });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false)).once('timeout', () => end(false));
  });
}
