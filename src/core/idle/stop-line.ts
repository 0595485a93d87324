/** The last line that the watcher writes into the container's log: so that a stopped container can say why it stopped. */
const beginning = 'berth: stopping, idle for';

/** `seconds` without use, `at`: seconds since the epoch; both as a shell writes them too. */
export function stopLine(seconds: string, at: string): string {
  return `${beginning} ${seconds} s, at ${at}`;
}

/** How far the container's end may be from the line, in seconds: services are given time to end. */
const nearSeconds = 120;

/**
 * For how many seconds the container had been idle when it stopped by itself; null where it stopped for another reason.
 * `log`: its last lines; `finishedAt`: ISO 8601, when it ended, since the log of a container goes on over its restarts. Pure.
 */
export function idleStop(log: string, finishedAt: string | null): number | null {
  if (finishedAt === null) return null;
  const pattern = new RegExp(`^${beginning} (\\d+) s, at (\\d+)$`, 'gm');
  const last = [...log.matchAll(pattern)].at(-1);
  const [, seconds, at] = last ?? [];
  if (seconds === undefined || at === undefined) return null;
  const after = Date.parse(finishedAt) / 1000 - Number(at);
  return after >= -2 && after <= nearSeconds ? Number(seconds) : null;
}
