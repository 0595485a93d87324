import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { BerthError, type ErrorDetail } from '../errors';
import type { BerthHome } from '../home';
import { parseDuration, parseSize } from '../templates/units';

const spelled = (expected: string, parse: (value: string | number) => number | null, least: number) =>
  z.union([z.string(), z.number()], expected).transform((value, context): number => {
    const parsed = parse(value);
    if (parsed !== null && parsed >= least) return parsed;
    context.issues.push({ code: 'custom', message: expected, input: value });
    return z.NEVER;
  });

const minute = 60_000;
const limits = z
  .strictObject({
    cpus: z.number('a number of cpus').positive('a number of cpus').default(4),
    memory: spelled('a size of at least 64m, such as 8g', parseSize, 64 * 2 ** 20).default(8 * 2 ** 30),
    pids: z.int('a whole number of at least 16').min(16, 'a whole number of at least 16').default(1000),
    ttl: spelled('a duration of at least 1m, such as 8h or 3d', parseDuration, minute).default(24 * 60 * minute),
  })
  .prefault({});

const pattern = z.string().min(1, 'a pattern').max(1000);
const rule = z.strictObject({
  /** A project's name, id or folder. */
  project: pattern.optional(),
  tool: pattern.optional(),
  /** Of the words with blanks between them. */
  command: pattern.optional(),
  then: z.enum(['allow', 'ask', 'deny'], 'allow, ask or deny'),
});

/** One of the user's rules; what it leaves out fits everything, and `*` in a pattern stands for any text. */
export type AgentRule = z.output<typeof rule>;

const warmMost = 8;
const warm = z.strictObject({
  template: z.string('a template’s name').regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a template’s name'),
  ready: z.int(`a whole number up to ${warmMost}`).min(0).max(warmMost, `a whole number up to ${warmMost}`),
  ttl: spelled('a duration of at least 10m, such as 4h', parseDuration, 10 * minute).default(240 * minute),
});

/** So many containers of a template are kept `ready` for agents; each that nobody takes ends after `ttl` milliseconds. */
export type WarmWish = z.output<typeof warm>;

/** What the user's own file says of agents; of the rules the first that fits decides. */
const document = z.strictObject({
  limits,
  rules: z.array(rule).max(1000).default([]),
  warm: z
    .array(warm)
    .max(warmMost)
    .refine(
      (all) => all.reduce((sum, { ready }) => sum + ready, 0) <= warmMost,
      `at most ${warmMost} containers in all`,
    )
    .refine((all) => new Set(all.map(({ template }) => template)).size === all.length, 'each template once')
    .default([]),
});

/** The most that agents get: `memory` in bytes, `ttl` in milliseconds. */
export type AgentSettings = z.output<typeof document>;
export type AgentCeiling = AgentSettings['limits'];

/** Where nothing is said. */
export const usualSettings: AgentSettings = document.parse({});

/**
 * The user's own words on agents (`agents.yaml`), read at each use so that an edit counts at once. It lies where no
 * container reaches. A file that is wrong fails every call: what it was to forbid must not go through.
 * @throws BerthError `settings_invalid`
 */
export async function readAgentSettings({ agentsFile }: Pick<BerthHome, 'agentsFile'>): Promise<AgentSettings> {
  let text: string;
  try {
    // Each tool's call waits for it: handing it to another thread takes longer than the file.
    text = readFileSync(agentsFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return usualSettings;
    throw invalid([{ message: 'It cannot be read.' }], error);
  }
  if (last?.text === text) return last.settings;
  const { parse } = await import('yaml');
  let said: unknown;
  try {
    said = parse(text, { version: '1.2', schema: 'core', maxAliasCount: 0 });
  } catch (error) {
    throw invalid([{ message: 'It is not YAML.' }], error);
  }
  const settings = settingsOf(said);
  last = { text, settings };
  return settings;
}

/** Read for each call of a tool, and parsed only where it has changed. */
let last: { readonly text: string; readonly settings: AgentSettings } | undefined;

/** What a document comes to, with what it leaves out. Pure. @throws BerthError `settings_invalid` */
export function settingsOf(said: unknown): AgentSettings {
  const checked = document.safeParse(said ?? {});
  if (checked.success) return checked.data;
  const details = checked.error.issues.slice(0, 10).map(({ path, message }) => ({ message, path: path.join('.') }));
  throw invalid(details);
}

function invalid(errors: readonly ErrorDetail[], cause?: unknown): BerthError {
  const where = errors.map(({ path = '', message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new BerthError('settings_invalid', `agents.yaml is wrong: ${where.replace(/\.$/, '')}.`, {
    hint: 'A person mends the file; until then agents can do nothing.',
    errors,
    cause,
  });
}
