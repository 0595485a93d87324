import { isAlias, Lexer, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type YAMLError } from 'yaml';
import type { ErrorDetail } from '../errors';
import { pathText, type FieldPath, type MapTree, type SourcePosition, type Tree } from './tree';

/** What a document may hold at most once its aliases are expanded, and how deep it may nest. */
export const limits = { bytes: 256 * 1024, nodes: 100_000, depth: 40, aliases: 1000, problems: 200 } as const;

const nestsTooDeep = `The document nests deeper than ${limits.depth} levels.`;

/** One YAML file as it was read, and what is wrong with it. */
export interface ParsedDocument {
  /** Null where nothing can be said about the fields: broken YAML, an empty document, a list. */
  readonly tree: MapTree | null;
  readonly problems: readonly ErrorDetail[];
}

/** Reads YAML 1.2's core schema: nothing is constructed, every problem is collected with its place. Pure. */
export function parseTemplateText(text: string, file: string): ParsedDocument {
  const at = places(text, file);
  const control = controlCharacters(text, file);
  if (control.length > 0) return { tree: null, problems: control };
  if (bracketsTooDeep(text)) return { tree: null, problems: [{ message: nestsTooDeep, ...at(0) }] };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
      strict: true,
      stringKeys: true,
      // The library compares each key with every other; the walk below does it in linear time.
      uniqueKeys: false,
      resolveKnownTags: false,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { tree: null, problems: [{ message: nestsTooDeep, ...at(0) }] };
  }
  const broken = [...document.errors, ...document.warnings].slice(0, limits.problems);
  // The parser turns its own exhausted stack into errors, one for each level.
  const tooDeep = broken.find((error) => error.message.includes('call stack'));
  if (tooDeep !== undefined) return { tree: null, problems: [{ message: nestsTooDeep, ...at(0) }] };
  const version = document.directives.yaml;
  const problems: ErrorDetail[] = broken.map((error) => ({ message: sentence(error), ...at(error.pos[0]) }));
  if (version.explicit === true && version.version !== '1.2') {
    problems.push({ message: `The document asks for YAML ${version.version}; templates are YAML 1.2.`, ...at(0) });
  }
  if (problems.length > 0) return { tree: null, problems };
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return {
      tree: null,
      problems: [{ message: 'The file is empty.', expected: 'a template', file, line: 1, column: 1 }],
    };
  }
  const walk = new Walk(at);
  const tree = walk.tree(document.contents, [], 0);
  if (tree !== null && tree.kind !== 'map') {
    const found = tree.kind === 'list' ? 'a list' : 'a single value';
    walk.problems.push({
      message: `The document is ${found}, not a map of fields.`,
      expected: 'a template',
      ...tree.at,
    });
  }
  return { tree: tree?.kind === 'map' && !walk.gaveUp ? tree : null, problems: walk.problems };
}

/** Turns offsets into places. The library's own counter loses lines behind some mistakes. */
function places(text: string, file: string): (offset: number) => SourcePosition {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** YAML allows no control characters but tab and line ends; lone halves of surrogate pairs cannot be in decoded text. */
function controlCharacters(text: string, file: string): ErrorDetail[] {
  const found: ErrorDetail[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const column = line.search(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/);
    if (column === -1 || found.length >= limits.problems) continue;
    const code = line.charCodeAt(column).toString(16).toUpperCase().padStart(4, '0');
    found.push({
      message: `A template cannot hold the control character U+${code}.`,
      file,
      line: index + 1,
      column: column + 1,
    });
  }
  return found;
}

/**
 * Whether brackets, or dashes in one line, nest deeper than anything a template needs. The parser goes down into them
 * call by call and takes seconds to come out of an exhausted stack, so the flat stream of tokens is looked at first.
 */
function bracketsTooDeep(text: string): boolean {
  let brackets = 0;
  let dashes = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    // The mark of a plain or block scalar: what follows it is text.
    const isText = before === '\u001f';
    before = token;
    if (isText) continue;
    if (token === '[' || token === '{') brackets += 1;
    else if (token === ']' || token === '}') brackets -= 1;
    else if (token === '-' || token === '?') dashes += 1;
    else if (token === '\n' || token === '\r\n') dashes = 0;
    if (brackets > limits.depth || dashes > limits.depth) return true;
  }
  return false;
}

const sentences: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'A tab cannot indent YAML; use spaces.',
  MULTIPLE_DOCS: 'A file holds one document only; a second one begins here.',
  TAG_RESOLVE_FAILED: 'Templates take no YAML tags.',
  NON_STRING_KEY: 'A key must be plain text.',
};

function sentence(error: YAMLError): string {
  const known = sentences[error.code];
  if (known !== undefined) return known;
  // The library quotes the text it stumbled over, control characters and all.
  const first = (error.message.split('\n')[0] ?? '').replace(/\p{Cc}/gu, ' ').trimEnd();
  return `The YAML is broken: ${first}${/[.!?]$/.test(first) ? '' : '.'}`;
}

/** One pass over the library's nodes: expands aliases within bounds, finds duplicate keys, keeps each part's place. */
class Walk {
  readonly problems: ErrorDetail[] = [];
  gaveUp = false;
  #nodes = 0;
  #aliases = 0;
  readonly #open = new Set<Node>();
  readonly #anchors = new Map<string, Node>();

  constructor(private readonly at: (offset: number) => SourcePosition) {}

  tree(node: Node | null, path: FieldPath, depth: number): Tree | null {
    if (this.gaveUp) return null;
    const at = this.at(node?.range?.[0] ?? 0);
    this.#nodes += 1;
    if (this.#nodes > limits.nodes) return this.#giveUp(`The document comes to more than ${limits.nodes} values.`, at);
    if (depth > limits.depth) return this.#giveUp(nestsTooDeep, at);
    if (node === null) return { kind: 'scalar', at, value: null, source: '' };
    if (isAlias(node)) return this.#alias(node.source, path, depth, at);
    // An anchor may be set anew further on; an alias means the last one before it.
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node.value, node.source, path, at);
    this.#open.add(node);
    let made: Tree | null = null;
    if (isMap(node)) made = this.#map(node.items as readonly PairNode[], path, depth, at);
    else if (isSeq(node)) {
      const items = node.items.map((item, index) => this.tree(item as Node | null, [...path, index], depth + 1));
      made = { kind: 'list', at, items: items.filter((item) => item !== null) };
    }
    this.#open.delete(node);
    return made;
  }

  #map(pairs: readonly PairNode[], path: FieldPath, depth: number, at: SourcePosition): Tree {
    const entries = new Map<string, { at: SourcePosition; value: Tree }>();
    for (const pair of pairs) {
      const keyAt = this.at(pair.key?.range?.[0] ?? 0);
      const key = this.#key(pair.key, path, keyAt);
      if (key === null) continue;
      if (entries.has(key)) {
        const where = pathText([...path, key]);
        const first = entries.get(key)?.at.line ?? 0;
        this.problems.push({
          message: `${where} is given twice, first in line ${first}.`,
          path: where,
          expected: 'each key once',
          ...keyAt,
        });
        continue;
      }
      const value = this.tree(pair.value ?? null, [...path, key], depth + 1);
      if (value === null) continue;
      // A value left out has no place of its own; its key's is the best there is.
      entries.set(key, { at: keyAt, value: pair.value?.range === undefined ? { ...value, at: keyAt } : value });
    }
    return { kind: 'map', at, entries };
  }

  #key(node: Node | null, path: FieldPath, at: SourcePosition): string | null {
    const key = isScalar(node) && typeof node.value === 'string' ? node.value : null;
    const hint = key === '<<' ? ' YAML 1.2 has no merge keys; use metadata.extends.' : '';
    if (key !== null && key !== '__proto__' && key !== '<<' && this.#isText(key)) return key;
    this.problems.push({
      message: `${pathText(path) || 'The document'} has a key that no field can have.${hint}`,
      ...at,
    });
    return null;
  }

  #scalar(value: unknown, source: string | undefined, path: FieldPath, at: SourcePosition): Tree {
    const plain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
        ? value
        : (source ?? '');
    if (typeof plain === 'string' && !this.#isText(plain)) {
      const where = pathText(path);
      this.problems.push({ message: `${where} holds a NUL or half a character.`, path: where, ...at });
      return { kind: 'scalar', at, value: '', source: '' };
    }
    return { kind: 'scalar', at, value: plain, source: source ?? String(plain) };
  }

  #isText(text: string): boolean {
    return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
  }

  #alias(name: string, path: FieldPath, depth: number, at: SourcePosition): Tree | null {
    this.#aliases += 1;
    if (this.#aliases > limits.aliases)
      return this.#giveUp(`The document uses more than ${limits.aliases} aliases.`, at);
    const target = this.#anchors.get(name);
    if (target === undefined || this.#open.has(target)) {
      const why = target === undefined ? 'names no anchor before it' : 'contains itself';
      this.problems.push({ message: `The alias *${name} ${why}.`, path: pathText(path), ...at });
      return null;
    }
    return this.tree(target, path, depth + 1);
  }

  #giveUp(message: string, at: SourcePosition): null {
    if (!this.gaveUp) this.problems.push({ message, ...at });
    this.gaveUp = true;
    return null;
  }
}

interface PairNode {
  readonly key: Node | null;
  readonly value: Node | null;
}
