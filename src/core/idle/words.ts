import type { ProjectRow } from '../model';

/** A time in the largest whole unit: `2 h`, `90 min`, `45 s`. Pure. */
export function idleTime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes >= 60 && (minutes % 60 < 5 || minutes >= 600) ? `${Math.floor(minutes / 60)} h` : `${minutes} min`;
}

/** What is said of a container that will stop by itself after so many milliseconds without use. Pure. */
export function stopsWhenIdle(ms: number): string {
  return `stops after ${idleTime(Math.round(ms / 1000))} without use`;
}

/** What a row says of a container that stopped for being idle for so many seconds. Pure. */
export function stoppedIdle(seconds: number): Required<Pick<ProjectRow, 'detail' | 'idleFor'>> {
  return { detail: `idle for ${idleTime(seconds)}`, idleFor: seconds };
}
