const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in at most two units: `3 d 2 h`, `5 h 10 min`, `12 min`, `40 s`. Never negative. Pure. */
export function spanOf(ms: number): string {
  const left = Math.max(0, ms);
  if (left < minute) return `${Math.floor(left / 1000)} s`;
  const [big, bigName, small, smallName] =
    left >= day ? ([day, 'd', hour, 'h'] as const) : ([hour, 'h', minute, 'min'] as const);
  const [bigs, smalls] = [Math.floor(left / big), Math.floor((left % big) / small)];
  return [bigs > 0 ? `${bigs} ${bigName}` : '', smalls > 0 ? `${smalls} ${smallName}` : ''].filter(Boolean).join(' ');
}

/** A limit as people set it: `72 h`, not `3 d`. Pure. */
export function limitText(ms: number): string {
  return ms % hour === 0 ? `${ms / hour} h` : spanOf(ms);
}

/** A percentage as it is told: no false precision, and never one that looks as if it were within the limit. Pure. */
export function percentText(percent: number, limit: number): string {
  const rounded = Math.round(percent);
  return `${rounded > limit ? rounded : Math.ceil(percent)} %`;
}
