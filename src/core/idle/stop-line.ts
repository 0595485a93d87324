/**
 * What the watcher writes into the container's log, which a stopped container still has: one line as it begins to watch,
 * one as it stops the container. The log goes on over all starts of a container, so the later of the two tells the end.
 */
const watching = 'berth: watching for idleness';
const stopping = 'berth: stopping, idle for';

/** For a shell, inside double quotes. `limit`: seconds, as a shell writes them too. */
export function watchLine(limit: string): string {
  return `${watching}, stops after ${limit} s`;
}

/** For a shell, inside double quotes. `seconds` without use. */
export function stopLine(seconds: string): string {
  return `${stopping} ${seconds} s`;
}

/** For how many seconds a stopped container had been idle when it stopped itself; null where it ended otherwise. Pure. */
export function idleStop(log: string): number | null {
  const last = log.split('\n').findLast((line) => line.startsWith(watching) || line.startsWith(stopping));
  const seconds = new RegExp(`^${stopping} (\\d+) s\\r?$`).exec(last ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds);
}
