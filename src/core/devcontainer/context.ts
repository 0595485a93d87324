import type { FieldPath } from '../templates/tree';
import { isList, isObject, kindOf, type Json, type JsonObject } from './json';
import type { Ledger } from './ledger';
import { substitute, type Places } from './variables';

/** What every part of the import works with. */
export interface Context {
  readonly ledger: Ledger;
  readonly places: Places;
  readonly root: JsonObject;
  /** From the template’s folder to the devcontainer.json’s and to the project’s, with `/` between: `.devcontainer`, `.`. */
  readonly toConfig: string;
  readonly toProject: string;
}

/** Takes one property over. */
export type Handler = (context: Context, value: Json, from: FieldPath) => void;

/** The value as text with its variables filled in; null, and told, where it is none or cannot be. */
export function textIn(
  { ledger, places }: Context,
  value: Json,
  from: FieldPath,
  kind: 'value' | 'shell' = 'value',
): { readonly text: string; readonly note?: string } | null {
  if (typeof value !== 'string') return wrongKind(ledger, value, from, 'a text');
  const made = substitute(value, places, kind);
  if (made.text !== null) return made;
  ledger.lose(from, made.reason, made.instead);
  return null;
}

/** A list as it is, one text as a list of it; null, and told, where it is neither. */
export function listIn({ ledger }: Context, value: Json, from: FieldPath): readonly Json[] | null {
  return isList(value) ? value : wrongKind(ledger, value, from, 'a list');
}

/** An object; null, and told, where it is none. */
export function objectIn({ ledger }: Context, value: Json, from: FieldPath): JsonObject | null {
  return isObject(value) ? value : wrongKind(ledger, value, from, 'an object');
}

/** @returns null, having told it */
export function wrongKind(ledger: Ledger, value: Json, from: FieldPath, expected: string): null {
  ledger.lose(from, `It is ${kindOf(value)}; ${expected} is expected.`);
  return null;
}

/** A property that cannot be carried, whatever its value. */
export function lost(reason: string, instead?: string): Handler {
  return ({ ledger }, _, from) => ledger.lose(from, reason, instead);
}
