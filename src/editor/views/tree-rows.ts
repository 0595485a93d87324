import { isDeepStrictEqual } from 'node:util';

/** A row of a tree, with all below it. */
export interface TreeNode<N> {
  readonly id: string;
  readonly look: object;
  readonly children: readonly N[];
}

/** What the editor has to be told of: some rows with what is below them, or the whole tree. */
export type TreeChange<N> = { readonly rows: readonly N[] } | 'all';

/**
 * Keeps one object for each row, since the editor knows rows by their objects: so it can be told of the one row that looks
 * different, where a new tree would have it ask for every row anew. What a row stands for is always the latest.
 */
export class TreeRows<N extends TreeNode<N>> {
  #roots: readonly N[] = [];
  /** By id: the object that the editor knows, what it was last made of, and the row above it. */
  readonly #known = new Map<string, { readonly shown: N; given: N; readonly above: N | undefined }>();

  get roots(): readonly N[] {
    return this.#roots;
  }

  above(node: N): N | undefined {
    return this.#known.get(node.id)?.above;
  }

  /** Takes a whole tree in; a node that is the same object as last time costs nothing. @returns null where all looks as before */
  take(given: readonly N[]): TreeChange<N> | null {
    const changed: N[] = [];
    const before = this.#roots;
    const roots = given.map((node) => this.#taken(node, undefined, changed));
    const isSame = roots.length === before.length && roots.every((node, index) => node === before[index]);
    if (!isSame) {
      this.#roots = roots;
      const ids = new Set(roots.map(({ id }) => id));
      for (const gone of before) if (!ids.has(gone.id)) this.#forget(gone);
      return 'all';
    }
    return changed.length === 0 ? null : { rows: changed };
  }

  /** Takes in rows that are in the tree, at its root, where all others and their order are as before. @returns as {@link take} */
  takeSome(given: readonly N[]): TreeChange<N> | null {
    const changed: N[] = [];
    for (const node of given) this.#taken(node, undefined, changed);
    return changed.length === 0 ? null : { rows: changed };
  }

  /** The object that the editor knows a row by. */
  shown(id: string): N | undefined {
    return this.#known.get(id)?.shown;
  }

  #taken(node: N, above: N | undefined, changed: N[]): N {
    const known = this.#known.get(node.id);
    if (known?.given === node) return known.shown;
    if (known === undefined || known.above !== above) {
      const shown = { ...node };
      this.#known.set(node.id, { shown, given: node, above });
      put(shown, { ...node, children: node.children.map((child) => this.#taken(child, shown, [])) });
      return shown;
    }
    const { shown } = known;
    const before = shown.children;
    const below: N[] = [];
    const children = node.children.map((child) => this.#taken(child, shown, below));
    const isSame = children.length === before.length && children.every((child, index) => child === before[index]);
    if (!isSame) for (const gone of before) if (!children.includes(gone)) this.#forget(gone);
    if (isSame && isDeepStrictEqual(shown.look, node.look)) changed.push(...below);
    else changed.push(shown);
    known.given = node;
    put(shown, { ...node, children: isSame ? before : children });
    return shown;
  }

  #forget(node: N): void {
    if (this.#known.get(node.id)?.shown === node) this.#known.delete(node.id);
    for (const child of node.children) this.#forget(child);
  }
}

/** Makes an object the same as another one, and nothing more. */
function put(object: object, like: object): void {
  for (const key of Object.keys(object)) if (!(key in like)) Reflect.deleteProperty(object, key);
  Object.assign(object, like);
}
