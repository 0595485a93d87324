import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, parse } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';

/** Settings by their ids, as JSON values. */
export type EditorSettings = Readonly<Record<string, unknown>>;

const format = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/**
 * Puts settings into a settings file, comments and layout kept. A value that stands there and is not what Berth wrote
 * before is the user's own, and stays. `before`: what Berth wrote. Pure.
 * @returns the file's new text, the old one where nothing had to be changed; null where the file cannot be read as JSON with comments: then it is left alone
 */
export function mergeSettings(text: string, wanted: EditorSettings, before: EditorSettings): string | null {
  const errors: ParseError[] = [];
  const given: unknown = text.trim() === '' ? {} : parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  const there = new Map(Object.entries(given));
  const earlier = new Map(Object.entries(before));
  let merged = text.trim() === '' ? '{}\n' : text;
  for (const [key, value] of Object.entries(wanted)) {
    const isTheirs = there.has(key) && !(earlier.has(key) && isDeepStrictEqual(there.get(key), earlier.get(key)));
    if (!isTheirs && !isDeepStrictEqual(there.get(key), value))
      merged = applyEdits(merged, modify(merged, [key], value, format));
  }
  return merged;
}
