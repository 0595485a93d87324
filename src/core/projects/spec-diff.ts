/** JSON with its keys in order, so that equal data gives equal text. */
export function orderedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** One field that is not what it was. A side is undefined where the field is not there at all. */
export interface SpecChange {
  /** Such as `packages.apt`, as in a template but without the leading `spec`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What changed between two specs, field by field in the order of their paths. Lists are one field each. Pure. */
export function specChanges(before: unknown, after: unknown, path = ''): SpecChange[] {
  if (orderedJson(before) === orderedJson(after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [{ path, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => specChanges(before[key], after[key], path === '' ? key : `${path}.${key}`));
}

/** A change in a word or two: `packages.apt +1`, `environment.PORT`. Lists count what came and went. Pure. */
export function changeInWords({ path, before, after }: SpecChange): string {
  if (!Array.isArray(before) || !Array.isArray(after)) return path;
  const { came, went } = listChange(before, after);
  const counts = [...(came.length > 0 ? [`+${came.length}`] : []), ...(went.length > 0 ? [`-${went.length}`] : [])];
  return `${path} ${counts.length === 0 ? 'order' : counts.join(' ')}`;
}

/** What came to a list and what went from it; both empty where only the order, or how often, is another. Pure. */
export function listChange(
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly came: readonly unknown[]; readonly went: readonly unknown[] } {
  const [had, has] = [new Set(before.map(orderedJson)), new Set(after.map(orderedJson))];
  return {
    came: after.filter((item) => !had.has(orderedJson(item))),
    went: before.filter((item) => !has.has(orderedJson(item))),
  };
}

/** True for a map, as JSON has it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
