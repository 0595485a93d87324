import { createHash } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { BerthHome } from '../home';
import { withLock } from '../lock';

/** Linux takes 108 bytes for a socket's path, macOS 104, with the zero at the end. */
const longestPath = 100;

/**
 * Where the processes that forward ports of one project meet: a socket that the forwarder listens on. It says more than a
 * lock file can: the system ends it in the moment in which its process ends, however that happens, and nobody has to look.
 */
export function meetingPlace(home: BerthHome, project: string, tmp: string): string {
  const hash = createHash('sha256').update(`${home.dir}\0${project}`).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\berth-ports-${hash}`;
  const usual = join(home.dir, 'run', `ports-${project}.sock`);
  if (Buffer.byteLength(usual) <= longestPath) return usual;
  return join(tmp, `berth-${userInfo().uid}`, `${hash}.sock`);
}

/** What a process is in a meeting, and its socket. */
export type Meeting =
  | { readonly role: 'forwarder'; readonly server: Server }
  | { readonly role: 'follower'; readonly socket: Socket };

/** Joins the forwarder, or becomes it: exactly one of all that come at once does. */
export async function meet(
  place: { readonly path: string; readonly locksDir: string; readonly project: string },
  onFollower: (socket: Socket) => void,
  signal: AbortSignal,
): Promise<Meeting> {
  const there = await visit(place.path);
  if (there !== null) return { role: 'follower', socket: there };
  return withLock(
    place.locksDir,
    `ports-${place.project}-meeting`,
    async (): Promise<Meeting> => {
      const socket = await visit(place.path);
      if (socket !== null) return { role: 'follower', socket };
      return { role: 'forwarder', server: await open(place.path, onFollower) };
    },
    signal,
  );
}

/** A connection to the forwarder; null where there is none. */
export function visit(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null);
      else reject(error);
    };
    socket.once('error', failed);
  });
}

async function open(path: string, onFollower: (socket: Socket) => void): Promise<Server> {
  if (process.platform !== 'win32') {
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Fails where the folder is another user's, who could listen in.
    await chmod(folder, 0o700);
    // What a killed forwarder left.
    await rm(path, { force: true });
  }
  const server = createServer(onFollower);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
