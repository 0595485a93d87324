/** Nodes made once for as long as what they are made of stays the same. */
export class NodeMemory<N> {
  readonly #kept = new Map<string, { readonly of: readonly unknown[]; readonly node: N }>();
  #rest: readonly unknown[] = [];
  #isSameRest = false;

  /** Begins a making of nodes. `rest`: all that they are made of but the first two parts of each. */
  begin(rest: readonly unknown[]): void {
    this.#isSameRest = this.isSame(rest);
    this.#rest = rest;
  }

  /** Whether that is what it was for the last making. */
  isSame(rest: readonly unknown[]): boolean {
    return rest.length === this.#rest.length && rest.every((part, index) => part === this.#rest[index]);
  }

  /** The node, where nothing but its first two parts can have changed since it was made, and those have not. */
  asBefore(id: string, first: unknown, second: unknown): N | undefined {
    if (!this.#isSameRest) return undefined;
    const kept = this.#kept.get(id);
    return kept?.of[0] === first && kept?.of[1] === second ? kept?.node : undefined;
  }

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
  keep(nodes: readonly { readonly id: string }[]): void {
    if (this.#kept.size <= nodes.length) return;
    const ids = new Set(nodes.map(({ id }) => id));
    for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id);
  }
}

const none: readonly unknown[] = [];
