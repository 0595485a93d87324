import { parsePort } from '../templates/units';
import { loopback } from './bind';
import type { PortAsk, PortRow } from './types';

/** Pure: where a port of the container is to be had, `127.0.0.1:8889`, or `not forwarded`. */
export function placeOf({ host, state }: PortRow): string {
  if (host !== null) return `${loopback}:${host}`;
  return state === 'failed' ? 'no number is free' : 'not forwarded';
}

/** Pure: why it has that number and who keeps it, in words; empty where there is nothing to say. */
export function remarkOf({ wanted, moved, state }: PortRow): string {
  if (state === 'published') return 'published by the engine';
  if (moved === 'taken') return `${wanted} was taken`;
  return moved === 'not_allowed' ? `${wanted} is not allowed to you` : '';
}

/** Pure: a port in one line: `8888 → 127.0.0.1:8889 (8888 was taken)`. */
export function portText(row: PortRow): string {
  const remark = remarkOf(row);
  return `${row.port} → ${placeOf(row)}${remark === '' ? '' : ` (${remark})`}`;
}

/** Pure: what a person wrote as `PORT` or `PORT:HOSTPORT`, the container's first; null where it is neither. */
export function parseAsk(text: string): PortAsk | null {
  const [first = '', second, ...rest] = text.split(':');
  const [port, host] = [parsePort(first), second === undefined ? undefined : parsePort(second)];
  if (port === null || host === null || rest.length > 0) return null;
  return host === undefined ? { port } : { port, host };
}
