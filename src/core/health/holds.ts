/** Percentage points below its threshold to which something has to come down before it is no longer too much. */
const leavePoints = 5;

/** Something that is above its threshold; instants in milliseconds of a clock that does not jump. */
export interface Hold {
  readonly since: number;
  readonly last: number;
  /** It has been above for as long as it takes to count. */
  readonly counts: boolean;
}

/**
 * What one more reading makes of it; null while it is not too much. One reading below the threshold starts the wait anew,
 * and once it counts only one well below ends it, so that a value that sways about its threshold neither comes nor goes
 * with each reading. Readings further apart than `gapMs` say nothing of the time between. Pure.
 */
export function hold(
  before: Hold | null,
  percent: number | null,
  limit: number,
  now: number,
  { holdMs, gapMs }: { readonly holdMs: number; readonly gapMs: number },
): Hold | null {
  if (percent === null) return before;
  const known = before !== null && (before.counts || now - before.last <= gapMs) ? before : null;
  if (known?.counts === true) return percent > limit - leavePoints ? { ...known, last: now } : null;
  if (percent <= limit) return null;
  const since = known?.since ?? now;
  return { since, last: now, counts: now - since >= holdMs };
}
