const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * How long ago an instant was, in the largest unit that fits: `now`, `5 min`, `3 h`, `2 d`. From ten minutes on in steps of
 * five: of a thousand rows that began together, each would else be drawn anew each minute for an hour. Empty for no instant.
 */
export function ageOf(instant: string | null, now: number): string {
  const then = instant === null ? Number.NaN : Date.parse(instant);
  if (Number.isNaN(then)) return '';
  const ms = Math.max(0, now - then);
  if (ms < minute) return 'now';
  if (ms < 10 * minute) return `${Math.floor(ms / minute)} min`;
  if (ms < hour) return `${Math.floor(ms / minute / 5) * 5} min`;
  if (ms < day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} d`;
}

/** How long something took: `340 ms` below a tenth of a second's worth of interest, `1.2 s`, `2 min 5 s`. */
export function durationOf(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < minute) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / minute)} min ${Math.round((ms % minute) / 1000)} s`;
}
