import { basename } from 'node:path';
import { aptPackage, fits, templateName } from '../../core/templates/grammar';
import type { TemplateEntry } from '../../core/templates/types';

/** Where a new template lies: a folder's own, a named one beside it, or one of the user's. */
export type NewKind = 'project' | 'workspace' | 'user';

/** Pure: a template's first text, and where in it the next word goes (line and character from 0). */
export function starterTemplate(
  name: string,
  parent: string,
  apt: readonly string[] = [],
  baseImage?: string,
): { readonly text: string; readonly line: number; readonly character: number } {
  const packages = apt.length === 0 ? ['    apt: []'] : ['    apt:', ...apt.map((item) => `      - ${plain(item)}`)];
  const lines = [
    'apiVersion: devcontainer/v1',
    'kind: Template',
    'metadata:',
    `  name: ${plain(name)}`,
    `  extends: ${plain(parent)}`,
    'spec:',
    ...(baseImage === undefined ? [] : [`  base_image: ${plain(baseImage)}`]),
    '  packages:',
    ...packages,
  ];
  const last = lines[lines.length - 1] ?? '';
  // Between the brackets of the empty list, else behind the last package.
  const character = apt.length === 0 ? last.length - 1 : last.length;
  return { text: `${lines.join('\n')}\n`, line: lines.length - 1, character };
}

/** A checked word as YAML takes it for text: what could be read as a number or a keyword is quoted. */
function plain(word: string): string {
  return /^(?:\.\/)?[a-z][a-z0-9./+-]*$/.test(word) && !/^(?:null|true|false)$/.test(word)
    ? word
    : JSON.stringify(word);
}

/** Pure: what is wrong with a new template's name; null when it can be taken. */
export function nameProblem(name: string, taken: ReadonlySet<string>): string | null {
  if (!fits(templateName, name)) return `A template is named by ${templateName.expected.replace(/^a name of /, '')}.`;
  return taken.has(name) ? `There is a template ${name} here already.` : null;
}

/** Pure: package names apart by spaces or commas, and the first that cannot be one. */
export function aptPackages(text: string): { readonly names: string[]; readonly wrong: string | null } {
  const names = [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];
  return { names, wrong: names.find((name) => !fits(aptPackage, name)) ?? null };
}

/** Whether an entry is a folder's own `berth.yaml`, which has no name that others could use. */
export function isProjectFile({ origin, file }: TemplateEntry): boolean {
  return origin === 'workspace' && basename(file) === 'berth.yaml';
}

/** The name that a template is found by: its file's. */
export function fileName({ file }: Pick<TemplateEntry, 'file'>): string {
  return basename(file).replace(/(?:\.berth)?\.ya?ml$/, '');
}

/** Pure: how a new template of a kind names a parent; null for one that it cannot reach. */
export function parentReference(kind: NewKind, parent: TemplateEntry): string | null {
  if (isProjectFile(parent)) return kind === 'workspace' ? './berth.yaml' : null;
  return parent.origin === 'workspace' && kind === 'user' ? null : fileName(parent);
}

/**
 * Pure: what a new template can extend, in the catalogue's order. Of several with one name only the first is found by it;
 * one with mistakes would only hand them on.
 */
export function possibleParents(kind: NewKind, entries: readonly TemplateEntry[]): TemplateEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const reference = parentReference(kind, entry);
    if (reference === null || seen.has(reference)) return false;
    seen.add(reference);
    return entry.problems.length === 0;
  });
}
