import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importDevcontainer, type Imported } from '../../../src/core/devcontainer/import';
import { parseJson, type Json } from '../../../src/core/devcontainer/json';
import { builtInDir } from '../templates/folder';
import { createTemplates } from '../../../src/core/templates';

export const fixturesDir = join(__dirname, 'fixtures');
export const fixtures = readdirSync(fixturesDir);
export const templates = createTemplates({ builtInDir, userDir: join(__dirname, 'none') });

/** What a text comes to, as if it lay in `.devcontainer` of a folder named `shop`. */
export function imported(text: string, toConfig = '.devcontainer'): Imported {
  const { root, repeated, problems } = parseJson(text, 'devcontainer.json');
  if (root === null) throw new Error(problems[0]?.message);
  const place = { folderName: 'shop', source: 'devcontainer.json', toConfig, toProject: '.', fallback: 'base' };
  return importDevcontainer(root, repeated, place);
}

/** The same for a document with an image and these properties. */
export function importedFrom(properties: Readonly<Record<string, unknown>>): Imported {
  return imported(JSON.stringify({ image: 'debian:bookworm-slim', ...properties }));
}

/** Leaves and empty containers of a document, as path texts in the spelling of the reports. */
export function* leaves(value: Json, path = ''): Generator<string> {
  const join = (key: string | number) =>
    typeof key === 'number'
      ? `${path}[${key}]`
      : !/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)
        ? `${path}[${JSON.stringify(key)}]`
        : path === ''
          ? key
          : `${path}.${key}`;
  const entries: readonly (readonly [string | number, Json])[] =
    value instanceof Map
      ? [...(value as ReadonlyMap<string, Json>)]
      : Array.isArray(value)
        ? (value as readonly Json[]).map((item, index) => [index, item])
        : [];
  if (entries.length === 0) yield path;
  for (const [key, item] of entries) yield* leaves(item, join(key));
}

/** Leaves that no entry of the three lists tells of: itself, or something that it lies in. */
export function untold(text: string, made: Imported): string[] {
  const { root } = parseJson(text, '');
  const told = new Set([...made.carried, ...made.needless, ...made.notCarried].map(({ from }) => from));
  const flags = runArgsValues(root?.get('runArgs') ?? null);
  return [...leaves(root)].filter((leaf) => {
    if (leaf === '' || flags.has(leaf)) return false;
    return ![...told].some((path) => leaf === path || leaf.startsWith(`${path}.`) || leaf.startsWith(`${path}[`));
  });
}

/** A flag's value that is an argument of its own is told by the flag's. */
function runArgsValues(args: Json): ReadonlySet<string> {
  if (!Array.isArray(args)) return new Set();
  const list = args as readonly Json[];
  const after = list.flatMap((arg, index) => {
    const isFlag = typeof arg === 'string' && arg.startsWith('-') && !arg.includes('=');
    return isFlag && index + 1 < list.length ? [`runArgs[${index + 1}]`] : [];
  });
  return new Set(after);
}
