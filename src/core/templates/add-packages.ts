import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type * as Yaml from 'yaml';
import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { BerthError } from '../errors';

/** Names by package manager, to be added to `spec.packages`. */
export type NewPackages = Readonly<Record<string, readonly string[]>>;

/**
 * Adds packages to a template's text: every character that is there stays, and what is listed already is not added again.
 * Pure.
 * @throws BerthError `template_invalid` for what is no template
 */
export async function withPackages(text: string, packages: NewPackages): Promise<string> {
  const yaml = await import('yaml');
  return Object.entries(packages).reduce((now, [manager, names]) => withNames(yaml, now, manager, names), text);
}

/** The same for a file. @throws BerthError `template_not_found`, `template_invalid` */
export async function addPackages(file: string, packages: NewPackages): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new BerthError('template_not_found', `There is no template ${file} to add packages to.`, {
      hint: 'Make one first: New Template…, or write a berth.yaml.',
      cause: error,
    });
  }
  await writeFileAtomic(file, await withPackages(text, packages));
}

function withNames(yaml: typeof Yaml, text: string, manager: string, names: readonly string[]): string {
  const { contents, errors } = yaml.parseDocument(text);
  const spec = yaml.isMap(contents) ? contents.get('spec', true) : undefined;
  if (errors.length > 0 || !yaml.isMap(spec)) {
    throw new BerthError('template_invalid', 'The template has errors, so nothing can be added to it.', {
      hint: 'Mend it first: `berth validate`.',
    });
  }
  const lists = spec.get('packages', true);
  const list = yaml.isMap(lists) ? lists.get(manager, true) : undefined;
  const there = yaml.isSeq(list) ? list.items.map((item) => (yaml.isScalar(item) ? String(item.value) : '')) : [];
  const missing = names.filter((name) => !there.some((one) => bareName(one) === bareName(name))).map(quoted);
  if (missing.length === 0) return text;
  if (yaml.isSeq(list))
    return into(text, list, list.flow === true ? [missing.join(', ')] : missing.map((name) => `- ${name}`));
  const field = `${manager}: [${missing.join(', ')}]`;
  return yaml.isMap(lists) ? into(text, lists, [field]) : into(text, spec, [`packages: { ${field} }`]);
}

/** Puts entries behind the last one of a list or map, in its own style. */
function into(text: string, collection: YAMLMap | YAMLSeq, entries: readonly string[]): string {
  const [start = 0] = collection.range ?? [];
  const last = collection.items.at(-1);
  if (last === undefined) return splice(text, start + 1, entries.join(', '));
  const end = endOf(last as Node | Pair<Node, Node | null>);
  if (collection.flow === true) return splice(text, end, `, ${entries.join(', ')}`);
  const margin = /[^\n]*$/.exec(text.slice(0, start))?.[0] ?? '';
  // What stands behind it on its line is a comment of its own.
  const line = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1 || text.length;
  const begin = line > 0 && text[line - 1] !== '\n' ? '\n' : '';
  return splice(text, line, begin + entries.map((entry) => `${' '.repeat(margin.length)}${entry}\n`).join(''));
}

/** Where an entry ends: a pair with its value, where it has one. */
function endOf(item: Node | Pair<Node, Node | null>): number {
  const node = 'key' in item ? (item.value ?? item.key) : item;
  return node.range?.[1] ?? 0;
}

function splice(text: string, at: number, more: string): string {
  return text.slice(0, at) + more + text.slice(at);
}

/** `numpy>=2` is numpy. */
function bareName(name: string): string {
  return name.toLowerCase().replace(/(?<=.)[<>=!~@[ ].*$/, '');
}

/** A name as YAML reads it back, whatever is in it. */
function quoted(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name) && !/^[\d.]+$/.test(name) ? name : JSON.stringify(name);
}
