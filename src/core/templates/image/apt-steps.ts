import type { ListShare } from '../types';
import { chunks } from './step';

/** How many steps of one size come before a step four times as large takes their place. */
const ofOneSize = 4;

/** What a step names of those before it at most, in bytes: every later one repeats it. */
const repeatedBytes = 8 * 1024;

/** One RUN of apt's: what it adds, and what is to stay as earlier ones left it. */
export interface AptGroup {
  readonly before: readonly string[];
  readonly names: readonly string[];
}

/**
 * Splits the merged list into steps, so that a name more at its end leaves the steps before it as they are: a parent's names
 * are one step, whichever project extends it; those of a file that is edited are as many as {@link growing} says. All up to
 * the last name with a version are one step, since only together can versions be chosen so that they fit. Pure.
 */
export function aptGroups(names: readonly string[], shares: readonly ListShare[] = []): AptGroup[] {
  const pinned = names.findLastIndex((name) => name.includes('=')) + 1;
  const ends = shareEnds(names.length, shares).filter((end) => end >= pinned);
  const made: AptGroup[] = [];
  let at = 0;
  for (const end of ends) {
    for (const chunk of chunks(names.slice(at, end))) {
      made.push({ before: repeatable(names.slice(0, at)), names: chunk });
      at += chunk.length;
    }
  }
  return made;
}

/**
 * Sizes of steps for a list of so many names: ones at the end, before them fours, before those sixteens, and four of each at
 * most. So most additions make one small step, and the steps of the longest list are few. The same length has the same sizes.
 */
export function growing(length: number): number[] {
  const sizes: number[] = [];
  for (let rest = length; rest > 0; rest -= sizes.at(-1) ?? rest) {
    let size = 1;
    // The larger size fits where at least one step of each smaller one is left behind it.
    for (let sum = 1 + ofOneSize; sum <= rest; sum = sum * ofOneSize + 1) size *= ofOneSize;
    sizes.push(size);
  }
  return sizes;
}

/** Positions in the list at which steps end; what no share tells of counts as edited. */
function shareEnds(length: number, shares: readonly ListShare[]): number[] {
  const ends: number[] = [];
  let at = 0;
  for (const { names, edited } of [...shares, { names: length, edited: true }]) {
    const share = Math.min(names, length - at);
    for (const size of edited ? growing(share) : [share]) if (size > 0) ends.push((at += size));
  }
  return ends;
}

function repeatable(names: readonly string[]): readonly string[] {
  const bytes = names.reduce((sum, name) => sum + name.length + 1, 0);
  return bytes <= repeatedBytes ? names : [];
}
