/** JSON with its keys in order, so that equal data gives equal text. */
export function orderedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/**
 * What changed between two specs, in words: `packages.apt +1`, `environment.PORT`, `user.name`. Lists count what came
 * and went, everything else is named by its path. Pure.
 */
export function specDifferences(before: unknown, after: unknown, path = ''): string[] {
  if (orderedJson(before) === orderedJson(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return [listDifference(before, after, path)];
  if (!isRecord(before) || !isRecord(after)) return [path];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => specDifferences(before[key], after[key], path === '' ? key : `${path}.${key}`));
}

function listDifference(before: readonly unknown[], after: readonly unknown[], path: string): string {
  const [had, has] = [before.map(orderedJson), after.map(orderedJson)];
  const came = has.filter((item) => !had.includes(item)).length;
  const went = had.filter((item) => !has.includes(item)).length;
  const counts = [...(came > 0 ? [`+${came}`] : []), ...(went > 0 ? [`-${went}`] : [])].join(' ');
  return `${path} ${counts === '' ? 'order' : counts}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
