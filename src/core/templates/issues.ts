import * as z from 'zod';
import type { ErrorDetail } from '../errors';
import { nearest } from './nearest';
import { formOf } from './schema-parts';
import { pathText, positionOf, type FieldPath, type Tree } from './tree';

/** A finding with the fields it is about, which later checks leave alone so that one mistake is told once. */
export interface Finding {
  readonly detail: ErrorDetail;
  /** Paths of what is wrong, and of what was most likely meant. */
  readonly about: readonly string[];
}

/** What zod found, as sentences with the places in the file. */
export function findings(error: z.ZodError, schema: z.ZodType, tree: Tree, value: unknown): Finding[] {
  const found = error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownField([...path, key], keysAt(schema, path), tree));
    }
    if (issue.code === 'invalid_key') return [wrongKey(path, issue.issues[0]?.message ?? 'another name', tree)];
    return [wrongValue(issue, path, tree, valueAt(value, path))];
  });
  // A required field that is only misspelt is not missing besides.
  const meant = new Set(found.flatMap(({ about }) => about.slice(1)));
  return found.filter(({ about: [where] }) => where === undefined || !meant.has(where));
}

function unknownField(path: FieldPath, known: readonly string[], tree: Tree): Finding {
  const parent = path.slice(0, -1);
  const suggestion = nearest(String(path[path.length - 1]), known);
  const where = pathText(path);
  return {
    detail: {
      message: `${where} is no field of a template.`,
      path: where,
      // Two dozen names are no help where the right one is known.
      expected:
        known.length === 0 || (suggestion !== null && known.length > 10)
          ? `a field of ${pathText(parent) || 'a template'}`
          : `one of ${known.join(', ')}`,
      ...(suggestion === null ? {} : { suggestion }),
      ...positionOf(tree, path, { key: true }),
    },
    about: [where, ...(suggestion === null ? [] : [pathText([...parent, suggestion])])],
  };
}

function wrongKey(path: FieldPath, expected: string, tree: Tree): Finding {
  const where = pathText(path);
  return {
    detail: {
      message: `${where} has a name that is not allowed.`,
      path: where,
      expected,
      ...positionOf(tree, path, { key: true }),
    },
    about: [where],
  };
}

/** What YAML 1.1 took for true and false, and YAML 1.2 takes for words. */
const oldFlags: ReadonlyMap<string, string> = new Map([
  ...(['yes', 'on', 'y'] as const).map((word) => [word, 'true'] as const),
  ...(['no', 'off', 'n'] as const).map((word) => [word, 'false'] as const),
]);

function wrongValue(issue: z.core.$ZodIssue, path: FieldPath, tree: Tree, value: unknown): Finding {
  const where = pathText(path);
  const expected = issue.message;
  const named = where === '' ? 'The document' : where;
  const known = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const isFlag = issue.code === 'invalid_type' && issue.expected === 'boolean';
  const flagged = isFlag && typeof value === 'string' ? oldFlags.get(value.toLowerCase()) : undefined;
  const suggestion = flagged ?? (typeof value === 'string' ? nearest(value, known) : null);
  const message =
    value === undefined
      ? `${named} is missing; expected ${expected}.`
      : `${named} is ${shown(value)}; expected ${expected}.`;
  return {
    detail: {
      message,
      path: where,
      expected,
      ...(suggestion === null ? {} : { suggestion }),
      ...positionOf(tree, path),
    },
    about: [where],
  };
}

/** A value as an error shows it: short, in one line. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  if (value === null) return 'empty';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

function valueAt(value: unknown, path: FieldPath): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Readonly<Record<string | number, unknown>>)[part];
  }
  return here;
}

/** The known fields of the map at a path. */
function keysAt(schema: z.ZodType, path: FieldPath): string[] {
  let here: z.core.$ZodType = unwrapped(schema);
  for (const part of path) {
    if (here instanceof z.ZodObject) here = (here.shape as Record<string, z.core.$ZodType>)[String(part)] ?? z.never();
    else if (here instanceof z.ZodRecord) here = here.valueType;
    else if (here instanceof z.ZodArray) here = here.element;
    else return [];
    here = unwrapped(here);
  }
  if (here instanceof z.ZodUnion) here = here.options.find((option) => option instanceof z.ZodObject) ?? here;
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

/** The schema beneath its defaults and descriptions. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let here = schema;
  for (;;) {
    if (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodPrefault)
      here = here.unwrap();
    else if (here instanceof z.ZodPipe) here = here.in;
    else return formOf(here) ?? here;
  }
}
