import * as z from 'zod';
import { fits, type Grammar } from './grammar';
import { parseDuration, parsePercent, parseSize } from './units';

/** Fails with what was expected as its message; issues.ts makes the sentence around it. */
export function expectedIssue(expected: string, input: unknown) {
  return { code: 'custom' as const, message: expected, input };
}

/** What a field that is read by code, and so is unknown to the schema's own words, can look like. */
const forms = new WeakMap<z.core.$ZodType, z.ZodType>();

/** Any value, to be read by code; `form` describes it for the published schema and for the names in errors. */
export function readAs(form: z.ZodType) {
  const raw = z.unknown();
  forms.set(raw, form);
  return raw;
}

/** What a field that is read by code looks like; undefined for any other. */
export function formOf(schema: z.core.$ZodType): z.ZodType | undefined {
  return forms.get(schema);
}

/** Text that fits a written grammar. The pattern goes into the published JSON Schema too. */
export function named(grammar: Grammar) {
  return z
    .string(grammar.expected)
    .regex(grammar.pattern, grammar.expected)
    .max(grammar.max, `${grammar.expected} (${grammar.max} characters at most)`);
}

/** One line or more of text for a shell. The engine passes it as one argument, of which Linux takes 128 KiB. */
export function commandText(expected: string) {
  return z
    .string(expected)
    .max(64 * 1024, 'a command of 64 KiB at most')
    .refine((text) => text.trim() !== '', expected);
}

/** A text or number in one of several spellings that `parse` understands. */
function spelled<T>(expected: string, parse: (value: string | number) => T | null) {
  return z.union([z.string(), z.number()], expected).transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== null) return parsed;
    context.issues.push(expectedIssue(expected, value));
    return z.NEVER;
  });
}

/** In bytes. */
export const size = (minimum = 0, unit = '') =>
  spelled(minimum === 0 ? 'a size, such as 512m or 8g' : `a size of at least ${unit}, such as 512m or 8g`, (value) => {
    const bytes = parseSize(value);
    return bytes !== null && bytes >= minimum ? bytes : null;
  });

/** In milliseconds. */
export const duration = (minimumMs = 0, unit = '') =>
  spelled(
    minimumMs === 0 ? 'a duration, such as 90s, 1h30m or 3d' : `a duration of at least ${unit}, such as 90s or 1h30m`,
    (value) => {
      const ms = parseDuration(value);
      return ms !== null && ms >= minimumMs ? ms : null;
    },
  );

/** A number from 1 to 100. */
export const percent = () => spelled('a percentage from 1 to 100, such as 80%', parsePercent);

/** True or false, and none of YAML 1.1’s other words for them. */
export const flag = () => z.boolean('true or false');

/** A whole number; both bounds are in. */
export const whole = (minimum: number, maximum: number) => {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return z.number(expected).int(expected).min(minimum, expected).max(maximum, expected);
};

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(...values: T) {
  const list =
    values.length === 1 ? values[0] : `${values.slice(0, -1).join(', ')} or ${values[values.length - 1] ?? ''}`;
  return z.enum(values, { error: list });
}

/** A list of names under one grammar. */
export const namesOf = (grammar: Grammar) => z.array(named(grammar), 'a list');

/** Names to values; a key that does not fit its grammar is an error at the key. */
export function mapOf<V extends z.ZodType>(keys: Grammar, values: V, expected: string) {
  return z.record(
    z.string().refine((key) => fits(keys, key), keys.expected),
    values,
    { error: (issue) => (issue.code === 'invalid_type' ? expected : undefined) },
  );
}
