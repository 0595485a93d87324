/** Below this number a plain user may not listen on most systems. */
const privileged = 1024;
const highest = 65_535;
/** What is tried before the system is asked for any number at all. */
const tries = 100;

/**
 * Pure: the numbers to try for a forward, in order: the one it had, the wanted one, then the next above that no other
 * forward of the project wants, from the bottom again after the top; 0 in the end, by which the system gives any.
 */
export function hostCandidates(
  wanted: number,
  remembered: number | undefined,
  avoid: ReadonlySet<number>,
): readonly number[] {
  const found = remembered === undefined || remembered === wanted ? [wanted] : [remembered, wanted];
  // 80 becomes 8080 and 443 becomes 8443, as is usual, where only the system's own may have them.
  const start = wanted < privileged ? wanted + 8000 : wanted + 1;
  for (let step = 0; step < tries; step += 1) {
    const range = highest - privileged + 1;
    const next = ((start - privileged + step) % range) + privileged;
    if (!avoid.has(next) && !found.includes(next)) found.push(next);
  }
  return [...found, 0];
}
