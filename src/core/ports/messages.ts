import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parsePort } from '../templates/units';
import type { PortAsk, PortRow, PortWant } from './types';

/** What a process that takes part tells the forwarder. */
export type FollowerMessage =
  /** Said first: what it wants for as long as it is connected. */
  | { readonly kind: 'want'; readonly want: PortWant }
  /** What is remembered of the project's ports was changed. */
  | { readonly kind: 'changed' };

/** What the forwarder tells: all rows, in answer to each message and after each change. */
export interface ForwarderMessage {
  readonly kind: 'rows';
  readonly rows: readonly PortRow[];
}

/** One JSON object a line. */
export function send(socket: Socket, message: FollowerMessage | ForwarderMessage): void {
  if (!socket.destroyed && socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls back for each message; what another version of Berth says beside them is passed over. */
export function receive(socket: Socket, take: (message: FollowerMessage | ForwarderMessage) => void): void {
  const lines = createInterface({ input: socket, crlfDelay: Infinity });
  lines.on('line', (line) => {
    const message = messageIn(line);
    if (message !== null) take(message);
  });
  // The reader passes the stream's errors on; its end says all.
  lines.on('error', () => undefined);
}

/** Pure: the message in a line, or null. */
export function messageIn(line: string): FollowerMessage | ForwarderMessage | null {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof given !== 'object' || given === null || !('kind' in given)) return null;
  if (given.kind === 'changed') return { kind: 'changed' };
  if (given.kind === 'want' && 'want' in given) {
    if (given.want === 'project') return { kind: 'want', want: 'project' };
    return Array.isArray(given.want) ? { kind: 'want', want: given.want.filter(isAsk) } : null;
  }
  if (given.kind === 'rows' && 'rows' in given && Array.isArray(given.rows)) {
    return { kind: 'rows', rows: given.rows as readonly PortRow[] };
  }
  return null;
}

function isAsk(given: unknown): given is PortAsk {
  if (typeof given !== 'object' || given === null || !('port' in given)) return false;
  const host = 'host' in given ? given.host : undefined;
  return isPort(given.port) && (host === undefined || isPort(host));
}

function isPort(given: unknown): boolean {
  return typeof given === 'number' && parsePort(given) !== null;
}
