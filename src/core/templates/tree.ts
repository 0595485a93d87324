/** A place in a template file; line and column are counted from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A template's document with the place each part was written at, which it keeps through merging. */
export type Tree = MapTree | ListTree | ScalarTree;

/** A map; each entry with the place of its key. */
export interface MapTree {
  readonly kind: 'map';
  readonly at: SourcePosition;
  readonly entries: ReadonlyMap<string, { readonly at: SourcePosition; readonly value: Tree }>;
}

/** A list. */
export interface ListTree {
  readonly kind: 'list';
  readonly at: SourcePosition;
  readonly items: readonly Tree[];
}

/** A single value. */
export interface ScalarTree {
  readonly kind: 'scalar';
  readonly at: SourcePosition;
  readonly value: string | number | boolean | null;
  /** As it was written: `1.10` stays that, where its number is 1.1. */
  readonly source: string;
}

/** Where a part of a document lies: keys, and indices of lists. */
export type FieldPath = readonly (string | number)[];

/** `spec.packages.apt[2]`; a key that is no plain word is written in quotes: `spec.environment["a b"]`. */
export function pathText(path: FieldPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Whether a place, as {@link pathText} has it, is another or lies below it; the document itself is ``. Pure. */
export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || outer === '' || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** Maps whose scalars are text as it was written, whatever YAML takes them for. */
function keepsSource(path: FieldPath): boolean {
  return path.length === 3 && path[0] === 'spec' && (path[1] === 'environment' || path[1] === 'build_args');
}

/** The plain value. Nulls in maps remove, so they are left out. */
export function toValue(tree: Tree, path: FieldPath = []): unknown {
  if (tree.kind === 'list') return tree.items.map((item, index) => toValue(item, [...path, index]));
  if (tree.kind === 'scalar') {
    return typeof tree.value !== 'string' && tree.value !== null && keepsSource(path) ? tree.source : tree.value;
  }
  const made: Record<string, unknown> = {};
  for (const [key, { value }] of tree.entries) {
    if (!isNull(value)) made[key] = toValue(value, [...path, key]);
  }
  return made;
}

/** Whether it is the null by which a file takes away what a parent gave. */
export function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

/** The part at a path. */
export function treeAt(tree: Tree, path: FieldPath): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const part of path) {
    if (here?.kind === 'map') here = here.entries.get(String(part))?.value;
    else if (here?.kind === 'list' && typeof part === 'number') here = here.items[part];
    else return undefined;
  }
  return here;
}

/** Where a field is written: its value, its key when `key` is set; the nearest part above it where it is not written. */
export function positionOf(tree: Tree, path: FieldPath, options: { readonly key?: boolean } = {}): SourcePosition {
  for (let length = path.length; length > 0; length -= 1) {
    const found = treeAt(tree, path.slice(0, length));
    if (found === undefined) continue;
    const parent = treeAt(tree, path.slice(0, length - 1));
    const entry = parent?.kind === 'map' ? parent.entries.get(String(path[length - 1])) : undefined;
    // A missing field is best shown at the key of the map that lacks it.
    return entry !== undefined && (options.key === true || length < path.length) ? entry.at : found.at;
  }
  return tree.at;
}

/** Every path in a document, those of maps and lists too but not of what null removed, with the place of its key (or its item). */
export function* paths(tree: Tree, path: FieldPath = []): Generator<readonly [FieldPath, SourcePosition]> {
  if (tree.kind === 'map') {
    for (const [key, { at, value }] of tree.entries) {
      if (isNull(value)) continue;
      yield [[...path, key], at];
      yield* paths(value, [...path, key]);
    }
  } else if (tree.kind === 'list') {
    for (const [index, item] of tree.items.entries()) {
      yield [[...path, index], item.at];
      yield* paths(item, [...path, index]);
    }
  }
}

/** A copy without the parts at some paths: what was found wrong there must not be found wrong again after merging. */
export function without(tree: Tree, removed: ReadonlySet<string>, path: FieldPath = []): Tree {
  const gone = (part: string | number) => removed.has(pathText([...path, part]));
  if (tree.kind === 'list') {
    const kept = tree.items.map((item, index) => [item, index] as const).filter(([, index]) => !gone(index));
    return { ...tree, items: kept.map(([item, index]) => without(item, removed, [...path, index])) };
  }
  if (tree.kind === 'scalar') return tree;
  const entries = [...tree.entries].filter(([key]) => !gone(key));
  return {
    ...tree,
    entries: new Map(
      entries.map(([key, { at, value }]) => [key, { at, value: without(value, removed, [...path, key]) }]),
    ),
  };
}
