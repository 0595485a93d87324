import {
  createScanner,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
  type ParseErrorCode,
} from 'jsonc-parser';
import type { ErrorDetail } from '../errors';
import type { FieldPath } from '../templates/tree';

/** A JSON value; objects are maps, so that no key (`__proto__`) can be anything but a key. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** A file may be as large as a template, and nest as deep. */
export const limits = { bytes: 256 * 1024, depth: 40, problems: 50 } as const;

/** A file as it was read, and what is wrong with it. */
export interface ParsedJson {
  /** Null where there are problems. */
  readonly root: JsonObject | null;
  /** Keys that are given again further on; the last one counts, as it does for every reader of JSON. */
  readonly repeated: readonly FieldPath[];
  readonly problems: readonly ErrorDetail[];
}

/** Reads JSON with comments and trailing commas. Every problem is told with its place. Pure. */
export function parseJson(text: string, file: string): ParsedJson {
  const failed = (problems: readonly ErrorDetail[]): ParsedJson => ({ root: null, repeated: [], problems });
  // Windows editors may put a byte order mark in front.
  const body = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const at = (offset: number) => ({ file, ...placeOf(body, offset) });
  const deep = nestsTooDeep(body);
  if (deep !== null) return failed([{ message: `The file nests deeper than ${limits.depth} levels.`, ...at(deep) }]);
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors, { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true });
  if (errors.length > 0) {
    return failed(
      errors.slice(0, limits.problems).map(({ error, offset }) => ({ message: sentence(error), ...at(offset) })),
    );
  }
  if (tree?.type !== 'object') {
    const found = tree === undefined ? 'is empty' : `is ${kindOf(toJson(tree, [], []))}, not an object`;
    return failed([{ message: `The file ${found}.`, expected: 'a JSON object', ...at(tree?.offset ?? 0) }]);
  }
  const repeated: FieldPath[] = [];
  return { root: toJson(tree, [], repeated) as JsonObject, repeated, problems: [] };
}

/** What kind of value it is, as an error says it. */
export function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as 'string'];
}

/** Whether a value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether a value is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/** A scalar as text; empty for anything else. */
export function scalarText(value: Json): string {
  return typeof value === 'object' ? '' : String(value);
}

/** Plain objects and lists in place of maps. Keys that could not be such are expected to be gone. */
export function toPlain(value: Json): unknown {
  if (isList(value)) return value.map(toPlain);
  if (isObject(value)) return Object.fromEntries([...value].map(([key, item]) => [key, toPlain(item)]));
  return value;
}

function toJson(node: Node, path: FieldPath, repeated: FieldPath[]): Json {
  if (node.type === 'array')
    return (node.children ?? []).map((item, index) => toJson(item, [...path, index], repeated));
  if (node.type !== 'object') return node.value as Json;
  const made = new Map<string, Json>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    if (made.has(name)) repeated.push([...path, name]);
    made.set(name, toJson(value, [...path, name], repeated));
  }
  return made;
}

/** The parser goes down into brackets call by call, so the flat stream of tokens is looked at first. */
function nestsTooDeep(text: string): number | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (;;) {
    scanner.scan();
    const at = scanner.getTokenOffset();
    if (at >= text.length) return null;
    if (scanner.getTokenLength() !== 1) continue;
    if ('{['.includes(text[at] ?? ' ')) depth += 1;
    else if ('}]'.includes(text[at] ?? ' ')) depth -= 1;
    if (depth > limits.depth) return at;
  }
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

const sentences: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that JSON does not know; text needs double quotes',
  InvalidNumberFormat: 'a number that is none',
  PropertyNameExpected: 'a property’s name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing brace is expected',
  CloseBracketExpected: 'a closing bracket is expected',
  EndOfFileExpected: 'something follows behind the end of the object',
  UnexpectedEndOfComment: 'a comment does not end',
  UnexpectedEndOfString: 'a text does not end on its line',
  InvalidUnicode: 'a \\u escape needs four hex digits',
  InvalidEscapeCharacter: 'an escape that JSON does not know',
  InvalidCharacter: 'a control character must be written as an escape',
};

function sentence(code: ParseErrorCode): string {
  const name = printParseErrorCode(code);
  return `The JSON is broken: ${sentences[name] ?? name}.`;
}
