import { pathText, type FieldPath } from '../templates/tree';

/** Something that stands in the template now. Paths are texts: `containerEnv.TZ`, `spec.environment.TZ`. */
export interface Carried {
  readonly from: string;
  readonly to: string;
  /** Where it does not mean quite the same there. */
  readonly note?: string;
}

/** Something that needs no field, since it is so for every container. */
export interface Needless {
  readonly from: string;
  readonly reason: string;
}

/** Something that could not be carried. */
export interface NotCarried {
  readonly from: string;
  readonly reason: string;
  /** What to write or do in its place. */
  readonly instead?: string;
}

interface Carry {
  readonly kind: 'carried';
  readonly from: FieldPath;
  readonly to: FieldPath;
  readonly value: unknown;
  /** `value` is an item of the list at `to`. */
  readonly item: boolean;
  /** It stands in the list each time it comes, as a command does that is run twice. */
  readonly repeats?: boolean;
  readonly note: string | undefined;
}

type Entry =
  | Carry
  | { readonly kind: 'needless'; readonly from: FieldPath; readonly reason: string }
  | { readonly kind: 'lost'; readonly from: FieldPath; readonly reason: string; readonly instead: string | undefined };

/** A carried entry with the place it has in the assembled document: a list's items have got their index. */
export interface Placed {
  readonly entry: Carry;
  readonly path: FieldPath;
}

/**
 * Keeps account of what becomes of every part of a document: carried, needless or lost. {@link Ledger.covers} finds
 * whatever is in none of them at the end, so that nothing is dropped silently.
 */
export class Ledger {
  #entries: Entry[] = [];
  readonly #covered = new Set<string>();
  readonly #touched = new Set<string>();
  /** Where in the entries a field was set last, by its path. */
  readonly #fields = new Map<string, number>();

  /** Sets a field. Where another part of the source has set it to something else, that one is lost. */
  carry(from: FieldPath, to: FieldPath, value: unknown, note?: string): void {
    const place = pathText(to);
    const before = this.#fields.get(place);
    const entry = before === undefined ? undefined : this.#entries[before];
    if (before !== undefined && entry?.kind === 'carried' && JSON.stringify(entry.value) !== JSON.stringify(value)) {
      this.#entries[before] = lost(entry.from, `${pathText(from)} stands in its place.`);
    }
    this.#fields.set(place, this.#entries.length);
    this.#add({ kind: 'carried', from, to, value, item: false, note });
  }

  /** Whether a field is set. */
  has(to: FieldPath): boolean {
    return this.#fields.has(pathText(to));
  }

  /** Adds an item to a list; one that is there already is not added again. */
  append(from: FieldPath, to: FieldPath, value: unknown, note?: string): void {
    this.#add({ kind: 'carried', from, to, value, item: true, note });
  }

  /** The same for a list of steps, where one that comes again is done again. */
  step(from: FieldPath, to: FieldPath, value: unknown, note?: string): void {
    this.#add({ kind: 'carried', from, to, value, item: true, repeats: true, note });
  }

  /** Says that a part needs no field. */
  needless(from: FieldPath, reason: string): void {
    this.#add({ kind: 'needless', from, reason });
  }

  /** Says that a part cannot be carried, and what to do in its place. */
  lose(from: FieldPath, reason: string, instead?: string): void {
    this.#add(lost(from, reason, instead));
  }

  /** Marks a part as told by an entry of another, such as a flag's value by the flag's. */
  cover(from: FieldPath): void {
    this.#covered.add(pathText(from));
    for (let length = from.length; length > 0; length -= 1) this.#touched.add(pathText(from.slice(0, length)));
  }

  /** Takes carried entries back, each with the reason why: they are lost after all. */
  withdrawAll(reasons: ReadonlyMap<object, string>): void {
    this.#entries = this.#entries.map((entry) => {
      const reason = reasons.get(entry);
      return reason === undefined ? entry : lost(entry.from, reason);
    });
  }

  /** Whether an entry tells of this part, or of one that it lies in. */
  covers(path: FieldPath): boolean {
    for (let length = 0; length <= path.length; length += 1) {
      if (this.#covered.has(pathText(path.slice(0, length)))) return true;
    }
    return false;
  }

  /** Whether an entry tells of something below this part, or of all of it. */
  touches(path: FieldPath): boolean {
    return this.#touched.has(pathText(path));
  }

  /** The carried entries as a document, each with its place in it. */
  assemble(): { readonly document: Readonly<Record<string, unknown>>; readonly placed: readonly Placed[] } {
    const document: Record<string, unknown> = {};
    const placed: Placed[] = [];
    const seen = new Map<string, FieldPath>();
    for (const entry of this.#entries) {
      if (entry.kind !== 'carried') continue;
      if (!entry.item) {
        setAt(document, entry.to, entry.value);
        placed.push({ entry, path: entry.to });
        continue;
      }
      const list = listAt(document, entry.to);
      const key = `${pathText(entry.to)} ${JSON.stringify(entry.value)}`;
      const there = entry.repeats === true ? undefined : seen.get(key);
      const path = there ?? [...entry.to, list.length];
      if (there === undefined) list.push(entry.value);
      seen.set(key, path);
      placed.push({ entry, path });
    }
    return { document, placed };
  }

  /** What is reported, in the order in which it was found. */
  report(): {
    readonly carried: readonly Carried[];
    readonly needless: readonly Needless[];
    readonly notCarried: readonly NotCarried[];
  } {
    const carried = this.assemble().placed.map(({ entry: { from, note }, path }) => ({
      from: pathText(from),
      to: pathText(path),
      ...(note === undefined ? {} : { note }),
    }));
    const needless = this.#entries.flatMap((entry) =>
      entry.kind === 'needless' ? [{ from: pathText(entry.from), reason: entry.reason }] : [],
    );
    const notCarried = this.#entries.flatMap((entry) => {
      if (entry.kind !== 'lost') return [];
      const { reason, instead } = entry;
      return [{ from: pathText(entry.from), reason, ...(instead === undefined ? {} : { instead }) }];
    });
    return { carried, needless, notCarried };
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.cover(entry.from);
  }
}

function lost(from: FieldPath, reason: string, instead?: string): Entry {
  return { kind: 'lost', from, reason, instead };
}

function setAt(document: Record<string, unknown>, path: FieldPath, value: unknown): void {
  let here = document;
  for (const part of path.slice(0, -1)) {
    const next = own(here, String(part)) ?? {};
    define(here, String(part), next);
    here = next as Record<string, unknown>;
  }
  define(here, String(path[path.length - 1]), value);
}

function listAt(document: Record<string, unknown>, path: FieldPath): unknown[] {
  let here: unknown = document;
  for (const part of path) here = own(here as Record<string, unknown>, String(part));
  if (Array.isArray(here)) return here;
  const made: unknown[] = [];
  setAt(document, path, made);
  return made;
}

function own(from: Record<string, unknown> | undefined, key: string): unknown {
  return from !== undefined && Object.hasOwn(from, key) ? from[key] : undefined;
}

/** As an assignment, but `__proto__` is a key as any other. */
function define(on: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(on, key, { value, enumerable: true, configurable: true, writable: true });
}
