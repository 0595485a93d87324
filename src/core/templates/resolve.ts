import { basename, dirname, join } from 'node:path';
import type { ErrorDetail } from '../errors';
import { isThere, realOf } from '../paths';
import { findings } from './issues';
import { loadLayer, type Layer } from './load';
import { mergeTrees } from './merge';
import { crossFieldProblems } from './rules';
import { resolvedSpec } from './schema';
import { aptShares } from './shares';
import { isBuiltIn, localFile, locate, nameByFile, projectFile, type TemplateFolders } from './sources';
import {
  isWithin,
  paths,
  pathText,
  positionOf,
  toValue,
  treeAt,
  type MapTree,
  type SourcePosition,
  type Tree,
} from './tree';
import type { ResolvedTemplate } from './types';

/** How many files one chain of `extends` may have. */
export const chainLimit = 10;

/** A template and everything wrong in its files; `resolved` is there exactly when nothing is. */
export type Resolution =
  | { readonly resolved: ResolvedTemplate; readonly problems: readonly [] }
  | { readonly resolved: null; readonly problems: readonly ErrorDetail[] };

/** How a file of the chain is read; an editor has texts at hand that are not saved yet. */
export type LoadLayer = typeof loadLayer;

/** Reads a file with its parents and what lies over it, merges them and checks what they come to. */
export async function resolveFile(
  file: string,
  folders: TemplateFolders,
  load: LoadLayer = loadLayer,
): Promise<Resolution> {
  const { layers, problems } = await chain(file, folders, load);
  const [own] = layers;
  const parents = layers.slice(1);
  const local = basename(file) === projectFile ? await localLayer(file, load) : null;
  const all = local === null ? layers : [...layers, local];
  const found = [...all.flatMap((layer) => layer.problems), ...problems];
  // A chain that breaks off says nothing about what the whole lacks.
  if (own?.tree == null || problems.length > 0 || all.some(({ tree }) => tree === null)) return wrong(found);
  const upwards = [...parents].reverse().concat(own, local ?? []);
  const merged = upwards
    .flatMap(({ tree }) => tree ?? [])
    .reduce<Tree | null>((lower, upper) => (lower === null ? upper : mergeTrees(lower, upper)), null);
  if (merged?.kind !== 'map') return wrong(found);
  const checked = checkWhole(merged, new Set(all.flatMap(({ doubtful }) => [...doubtful])));
  if (checked.spec === null || found.length > 0) return wrong([...found, ...checked.problems]);
  return {
    problems: [],
    resolved: {
      ...headOf(own.tree, local?.tree ?? null),
      files: all.map((layer) => layer.file),
      spec: checked.spec,
      aptShares: aptShares(
        upwards.map(({ file: of, tree }, index) => ({
          tree,
          edited: index >= parents.length && !isBuiltIn(of, folders),
        })),
      ),
      ...writtenIn(merged),
    },
  };
}

/** In the order in which a reader meets them: file by file along the chain, each from its top. */
function wrong(problems: readonly ErrorDetail[]): Resolution {
  const files = [...new Set(problems.map(({ file }) => file))];
  const rank = ({ file, line = 0, column = 0 }: ErrorDetail) => [files.indexOf(file), line, column] as const;
  const sorted = [...problems].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
  });
  return { resolved: null, problems: sorted };
}

/** The file and its parents, nearest first, as far as they can be found. */
async function chain(file: string, folders: TemplateFolders, load: LoadLayer) {
  const layers: Layer[] = [];
  const problems: ErrorDetail[] = [];
  const names: string[] = [];
  const seen = new Set<string>();
  let next = file;
  for (;;) {
    const layer = withNameCheck(await load(next), folders);
    layers.push(layer);
    seen.add(await realOf(next));
    names.push(textAt(layer.tree, ['metadata', 'name']) ?? basename(next));
    const parent = textAt(layer.tree, ['metadata', 'extends']);
    if (parent === null || layer.tree === null) break;
    const at = positionOf(layer.tree, ['metadata', 'extends']);
    const steps = [...names, parent].join(' → ');
    const problem = (message: string, more: Partial<ErrorDetail> = {}) =>
      problems.push({ message, path: 'metadata.extends', ...at, ...more });
    const located = await locate(parent, folders, { from: next });
    if (located.file === null) {
      problem(`The parent template ${parent} is not found: ${steps}.`, {
        expected: 'the name of a template, or a path beside this file',
        ...(located.suggestion === null ? {} : { suggestion: located.suggestion }),
      });
      break;
    }
    if (seen.has(await realOf(located.file))) {
      problem(`The templates extend each other in a circle: ${steps}.`, { expected: 'a chain with an end' });
      break;
    }
    if (layers.length >= chainLimit) {
      problem(`The chain of templates is longer than ${chainLimit}: ${steps}.`, { expected: `${chainLimit} at most` });
      break;
    }
    next = located.file;
  }
  return { layers, problems };
}

/** A template of the catalogue is found by its file's name, so the two must be one. */
function withNameCheck(layer: Layer, folders: TemplateFolders): Layer {
  const wanted = nameByFile(layer.file, folders);
  const name = textAt(layer.tree, ['metadata', 'name']);
  if (wanted === null || name === null || layer.tree === null || name === wanted) return layer;
  const problem = {
    message: `metadata.name is "${name}"; a template here is found by its file's name, ${wanted}.`,
    path: 'metadata.name',
    expected: wanted,
    suggestion: wanted,
    ...positionOf(layer.tree, ['metadata', 'name']),
  };
  return { ...layer, problems: [...layer.problems, problem] };
}

async function localLayer(file: string, load: LoadLayer): Promise<Layer | null> {
  const local = join(dirname(file), localFile);
  return (await isThere(local)) ? load(local, 'local') : null;
}

function checkWhole(tree: MapTree, doubtful: ReadonlySet<string>) {
  const whole = { ...tree, entries: new Map([...tree.entries].filter(([key]) => key === 'spec')) };
  const value = toValue(whole) as { readonly spec?: unknown };
  const checked = resolvedSpec.safeParse(value.spec ?? {});
  if (checked.success) {
    const problems = crossFieldProblems(checked.data, tree, doubtful);
    return { spec: problems.length === 0 ? checked.data : null, problems };
  }
  const spec = treeAt(tree, ['spec']) ?? tree;
  const problems = findings(checked.error, resolvedSpec, spec, value.spec ?? {})
    .map(({ detail }) => {
      const path = `spec.${detail.path ?? ''}`;
      return { ...detail, path, message: `spec.${detail.message}` };
    })
    // What a file's own check found is said already, and what only lacks that part is not wrong besides.
    .filter(({ path }) => ![...doubtful].some((doubt) => isWithinAnyItem(path, doubt) || isWithinAnyItem(doubt, path)));
  return { spec: null, problems };
}

/** Whether a path is another or below it; items of lists count as one, since merging moves them. */
function isWithinAnyItem(inner: string, outer: string): boolean {
  const [one = '', other = ''] = [inner, outer].map((path) => path.replaceAll(/\[[0-9]+\]/g, '[]'));
  return isWithin(one, other);
}

function headOf(own: Tree, local: Tree | null): { readonly name: string; readonly description: string } {
  const of = (key: string) => textAt(local, ['metadata', key]) ?? textAt(own, ['metadata', key]);
  return { name: of('name') ?? '', description: of('description') ?? '' };
}

function textAt(tree: Tree | null, path: readonly string[]): string | null {
  const found = tree === null ? undefined : treeAt(tree, path);
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : null;
}

function writtenIn(tree: Tree): {
  readonly written: ReadonlySet<string>;
  readonly origins: ReadonlyMap<string, SourcePosition>;
} {
  const origins = new Map<string, SourcePosition>();
  for (const [path, at] of paths(tree)) if (path[0] === 'spec' && path.length > 1) origins.set(pathText(path), at);
  return { written: new Set(origins.keys()), origins };
}
