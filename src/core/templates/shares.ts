import { isNull, toValue, treeAt, type Tree } from './tree';
import type { ListShare } from './types';

const path = ['spec', 'packages', 'apt'] as const;

/** One file of a chain, and whether its lists are being edited, as those of a project are. */
export interface ShareOf {
  readonly tree: Tree | null;
  readonly edited: boolean;
}

/**
 * How many names of the merged `packages.apt` each file brought, by the rules of merging; `files` begins with the last parent.
 * The sum is the length of the merged list. Pure.
 */
export function aptShares(files: readonly ShareOf[]): ListShare[] {
  const there = new Set<unknown>();
  let shares: ListShare[] = [];
  for (const { tree, edited } of files) {
    if (tree === null) continue;
    if (path.some((_, index) => removes(tree, path.slice(0, index + 1)))) {
      there.clear();
      shares = [];
      continue;
    }
    const list = treeAt(tree, path);
    const names = list?.kind === 'list' ? list.items.map((item) => toValue(item)) : [];
    const added = names.filter((name) => !there.has(name));
    for (const name of added) there.add(name);
    if (added.length > 0) shares.push({ names: added.length, edited });
  }
  return shares;
}

function removes(tree: Tree, at: readonly string[]): boolean {
  const part = treeAt(tree, at);
  return part !== undefined && isNull(part);
}
