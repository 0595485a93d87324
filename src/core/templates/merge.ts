import { isNull, toValue, type Tree } from './tree';

/**
 * Lays one document over another. Maps merge by key, lists append what is not there yet, scalars override, null removes;
 * where the kinds differ, the upper one stands. Every part keeps the place it was written at. Pure.
 */
export function mergeTrees(lower: Tree, upper: Tree): Tree {
  if (lower.kind === 'map' && upper.kind === 'map') {
    const entries = new Map(lower.entries);
    for (const [key, entry] of upper.entries) {
      const under = entries.get(key);
      if (isNull(entry.value)) entries.delete(key);
      else
        entries.set(key, under === undefined ? entry : { at: entry.at, value: mergeTrees(under.value, entry.value) });
    }
    return { ...upper, entries };
  }
  if (lower.kind === 'list' && upper.kind === 'list') {
    const there = new Set(lower.items.map(identity));
    return { ...upper, items: [...lower.items, ...upper.items.filter((item) => !there.has(identity(item)))] };
  }
  return upper;
}

/** Two items are one when they say the same, whatever the order of their keys. */
function identity(tree: Tree): string {
  return JSON.stringify(toValue(tree), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
