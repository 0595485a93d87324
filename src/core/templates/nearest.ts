import { distance } from 'fastest-levenshtein';

/** The known name that a misspelt one most likely means: at most a third of its letters differ. Null where none is that near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const wanted = word.toLowerCase().replaceAll('-', '_');
  let best: string | null = null;
  let bestDistance = Math.min(Math.max(1, Math.floor(wanted.length / 3)), 4) + 1;
  for (const name of known) {
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const other = name.toLowerCase().replaceAll('-', '_');
    // Letters in another order are one slip of the fingers.
    const apart = letters(wanted) === letters(other) ? 1 : distance(wanted, other);
    if (apart < bestDistance) [best, bestDistance] = [name, apart];
  }
  return best;
}

function letters(word: string): string {
  return word.split('').sort().join('');
}
