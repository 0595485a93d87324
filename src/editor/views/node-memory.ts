/** Nodes made once for as long as what they are made of stays the same. */
export class NodeMemory<N> {
  readonly #kept = new Map<string, { readonly of: readonly unknown[]; readonly node: N }>();

  /** @param of all that the node is made of, compared part by part by identity; a list that is empty is like any other */
  node(id: string, of: readonly unknown[], make: () => N): N {
    const parts = of.map((part) => (Array.isArray(part) && part.length === 0 ? none : part));
    const kept = this.#kept.get(id);
    if (kept?.of.length === parts.length && kept.of.every((part, index) => part === parts[index])) return kept.node;
    const node = make();
    this.#kept.set(id, { of: parts, node });
    return node;
  }

  /** Forgets what is not among these. */
  keep(ids: ReadonlySet<string>): void {
    if (this.#kept.size <= ids.size) return;
    for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id);
  }
}

const none: readonly unknown[] = [];
