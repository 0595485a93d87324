/**
 * Version ranges as package.json (npm's semver) and Python's packaging (PEP 440, Poetry) write them, as far as a folder's
 * wish for a language's version needs them. What is not understood is null, and then nobody asked for anything. Pure.
 */

/** Major, minor, patch. A part of {@link any} stands for the newest there is. */
export type Version = readonly [number, number, number];

/** In the place of a version's part that an image's tag leaves open: `node:22` is the newest 22. */
export const any = 9999;

/** One asked-for range: any of several sets of comparisons, of which all have to hold. */
export type Range = readonly (readonly Comparison[])[];

interface Comparison {
  /** Inclusive. */
  readonly from: Version;
  /** Exclusive. */
  readonly to: Version;
  /** True for `!=`: what lies in between is what is not wanted. */
  readonly not: boolean;
}

const least: Version = [0, 0, 0];
const most: Version = [any + 1, 0, 0];

/** Reads a range of 100 characters at most. */
export function parseRange(text: string): Range | null {
  if (text.length > 100) return null;
  const sets = text.split('||').map((set) => comparisonsOf(set.trim()));
  const whole = sets.filter((set) => set !== null);
  return whole.length === sets.length ? whole : null;
}

/** Whether a version is in a range. */
export function satisfies(version: Version, range: Range): boolean {
  return range.some((set) =>
    set.every(({ from, to, not }) => (compare(version, from) >= 0 && compare(version, to) < 0) !== not),
  );
}

/** `3.12`, `v20.1`, `1` … as a version with its open parts filled; null for what is none. */
export function parseVersion(text: string): Version | null {
  const parts = partsOf(text);
  return parts === null ? null : [parts[0] ?? any, parts[1] ?? any, parts[2] ?? any];
}

function comparisonsOf(set: string): Comparison[] | null {
  if (set === '' || set === '*' || set === 'x') return [{ from: least, to: most, not: false }];
  const hyphen = /^(\S+) +- +(\S+)$/.exec(set);
  const words = hyphen === null ? set.replaceAll(/([<>=~^!]) +/g, '$1').split(/[\s,]+/) : [];
  const terms = hyphen === null ? words.filter((word) => word !== '') : [`>=${hyphen[1]}`, `<=${hyphen[2]}`];
  const made = terms.map(comparisonOf);
  const whole = made.filter((one) => one !== null);
  return whole.length === made.length ? whole : null;
}

function comparisonOf(term: string): Comparison | null {
  const [, operator = '', rest = ''] = /^(===?|~=|!=|<=|>=|[<>=^~])?(.*)$/.exec(term) ?? [];
  const parts = partsOf(rest);
  if (parts === null) return null;
  const [major = 0, minor, patch] = parts;
  const from: Version = [major, minor ?? 0, patch ?? 0];
  // Behind everything that a version with parts left out stands for.
  const behind: Version =
    minor === undefined ? [major + 1, 0, 0] : patch === undefined ? [major, minor + 1, 0] : [major, minor, patch + 1];
  const within = (to: Version, not = false): Comparison => ({ from, to, not });
  switch (operator) {
    case '>':
      return { from: behind, to: most, not: false };
    case '>=':
      return within(most);
    case '<':
      return { from: least, to: from, not: false };
    case '<=':
      return { from: least, to: behind, not: false };
    case '!=':
      return within(behind, true);
    case '^':
      return within(major > 0 || minor === undefined ? [major + 1, 0, 0] : [0, minor + 1, 0]);
    case '~':
      return within(minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0]);
    case '~=':
      return within(patch === undefined ? [major + 1, 0, 0] : [major, (minor ?? 0) + 1, 0]);
    default:
      return within(behind);
  }
}

/** The numbers of a version; `x` and `*` end it, and so does a pre-release's mark. */
function partsOf(text: string): readonly number[] | null {
  const match = /^v?([0-9]{1,4})(?:\.([0-9]{1,4}|[x*])(?:\.([0-9]{1,4}|[x*]))?)?(?:[-+.a-z][A-Za-z0-9.+-]*)?$/.exec(
    text,
  );
  if (match === null) return null;
  const parts: number[] = [];
  for (const part of match.slice(1) as (string | undefined)[]) {
    if (part === undefined || !/^[0-9]+$/.test(part)) break;
    parts.push(Number(part));
  }
  return parts;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
