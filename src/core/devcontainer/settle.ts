import { crossFieldProblems } from '../templates/rules';
import { resolvedSpec, templateDocument, type TemplateSpec } from '../templates/schema';
import { isWithin, pathText, type FieldPath, type MapTree } from '../templates/tree';
import type { Ledger, Placed } from './ledger';

/** A template’s document as plain data. */
export type Document = Readonly<Record<string, unknown>>;

interface Refusal {
  readonly path: FieldPath | string;
  readonly reason: string;
}

/** What stands in a template beside what was carried. */
export interface Frame {
  readonly name: string;
  /** The parent where nothing else names an image. */
  readonly fallback: string;
}

/**
 * Takes back what the template's own schema refuses, until it refuses nothing: the schema is the one judge of what a
 * template can say, so no part of the import repeats its rules. Ends, since every round takes something back. Pure.
 * @returns a document that the schema takes
 */
export function settle(ledger: Ledger, frame: Frame): Document {
  for (;;) {
    const { document, placed } = ledger.assemble();
    const refused = unwritable(placed);
    const whole = framed(document, frame);
    if (refused.size === 0) {
      const { spec, refusals } = judge(whole);
      if (spec !== null && refusals.length === 0) return whole;
      const about = finder(placed);
      for (const { path, reason } of refusals) for (const entry of about(path)) refused.set(entry, reason);
    }
    // Only the frame could be to blame then, and that is the import's own.
    if (refused.size === 0) throw new Error('the frame of the template is refused');
    // One part of the source goes as a whole: a volume without its permission, or the other way round, means nothing.
    const sources = new Map(
      placed.flatMap(({ entry }) => (refused.has(entry) ? [[pathText(entry.from), refused.get(entry) ?? '']] : [])),
    );
    for (const { entry } of placed) {
      const reason = sources.get(pathText(entry.from));
      if (reason !== undefined) refused.set(entry, reason);
    }
    ledger.withdrawAll(refused);
  }
}

function framed(document: Document, { name, fallback }: Frame): Document {
  const metadata = (document['metadata'] ?? {}) as Document;
  const spec = (document['spec'] ?? {}) as Document;
  const hasSource = ['base_image', 'dockerfile', 'image'].some((key) => spec[key] !== undefined);
  return {
    apiVersion: 'devcontainer/v1',
    kind: 'Template',
    metadata: { name, ...metadata, ...(hasSource ? {} : { extends: fallback }) },
    spec,
  };
}

/** Texts that no YAML of a template can hold, and keys that no map of it can have. */
function unwritable(placed: readonly Placed[]): Map<object, string> {
  const found = new Map<object, string>();
  for (const { entry, path } of placed) {
    const keys = path.filter((part) => typeof part === 'string');
    if (keys.some(badKey) || !writable(entry.value)) {
      found.set(entry, 'It holds a character or a name that a template cannot.');
    }
  }
  return found;
}

function badKey(key: string): boolean {
  return key === '__proto__' || key === '<<' || badText(key);
}

function badText(text: string): boolean {
  return text.includes('\0') || /\p{Surrogate}/u.test(text);
}

function writable(value: unknown): boolean {
  if (typeof value === 'string') return !badText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => !badKey(key) && writable(item));
}

/** Places matter to nobody here: the document is not written yet. */
const nowhere: MapTree = { kind: 'map', at: { file: '', line: 1, column: 1 }, entries: new Map() };

function judge(document: Document): { readonly spec: TemplateSpec | null; readonly refusals: readonly Refusal[] } {
  const written = templateDocument.safeParse(document);
  if (!written.success) {
    const refusals = written.error.issues.map((issue): Refusal => {
      const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
      const expected = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? 'another name') : issue.message;
      return { path, reason: `A template does not take it; expected ${expected}.` };
    });
    return { spec: null, refusals };
  }
  const metadata = document['metadata'] as Document;
  // A parent brings the image; which one does not matter to the other rules.
  const source = metadata['extends'] === undefined ? {} : { base_image: 'scratch' };
  const spec = resolvedSpec.parse({ ...(document['spec'] as Document), ...source });
  const refusals = crossFieldProblems(spec, nowhere, new Set()).map(({ path = '', message }): Refusal => ({
    path,
    reason: message,
  }));
  return { spec, refusals };
}

/** Finds the entries that a refusal is about: those at its place or around it, else those below it. */
function finder(placed: readonly Placed[]): (refused: FieldPath | string) => readonly object[] {
  const byPlace = new Map<string, object[]>();
  for (const { entry, path } of placed) {
    const place = pathText(path);
    const there = byPlace.get(place);
    if (there === undefined) byPlace.set(place, [entry]);
    else there.push(entry);
  }
  const fitting = (test: (place: string) => boolean): object[] =>
    [...byPlace].flatMap(([place, entries]) => (test(place) ? entries : []));
  return (refused) => {
    const text = typeof refused === 'string' ? refused : pathText(refused);
    // Thousands may be refused at once, so what is there is looked up, not searched.
    const around =
      typeof refused === 'string'
        ? fitting((place) => isWithin(text, place))
        : refused.flatMap((_, index) => byPlace.get(pathText(refused.slice(0, index + 1))) ?? []);
    return around.length > 0 ? around : fitting((place) => isWithin(place, text));
  };
}
