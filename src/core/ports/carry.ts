import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../errors';
import type { Logger } from '../log';

/** A connection to a port inside the container. */
export interface Reached {
  readonly stream: Duplex;
  /** False where the road to the container broke: an end of the stream then is no end of what was sent. */
  readonly whole: () => boolean;
}

/** Gets a connection to a port inside the container, however long that takes within its own bounds. */
export type Reach = (port: number, signal: AbortSignal) => Promise<Reached>;

/**
 * Carries one connection between this machine and the container, at the pace of the slower side. Each direction ends by
 * itself; a connection that broke on the way is reset here, so that nobody takes half an answer for a whole one.
 */
export async function carry(socket: Socket, port: number, reach: Reach, log: Logger): Promise<void> {
  const gone = new AbortController();
  socket.on('error', () => undefined).once('close', () => gone.abort());
  socket.setNoDelay(true);
  try {
    const reached = await reach(port, gone.signal);
    if (socket.destroyed) letGo(reached.stream);
    else join(socket, reached);
  } catch (error) {
    if (socket.destroyed) return;
    log.log('debug', `Port ${port} of a container was not reached: ${messageOf(error)}`);
    socket.resetAndDestroy();
  }
}

function join(socket: Socket, { stream, whole }: Reached): void {
  stream.on('error', () => socket.resetAndDestroy());
  // Not by the pipe: where the road broke, its streams end as if all had been said.
  stream.once('end', () => setImmediate(() => (whole() ? socket.end() : socket.resetAndDestroy())));
  // Closed on both sides in there: what is still on its way out goes out, what comes in has nowhere to go.
  stream.once('close', () => setImmediate(() => (whole() ? socket.destroySoon() : socket.resetAndDestroy())));
  socket.once('close', () => letGo(stream));
  socket.pipe(stream);
  stream.pipe(socket, { end: false });
}

/** A channel tells its end only once all that came was read. */
function letGo(stream: Duplex): void {
  stream.destroy();
  stream.resume();
}
