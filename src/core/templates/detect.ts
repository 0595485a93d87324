import { readdir } from 'node:fs/promises';
import { toBerthError } from '../errors';
import type { TemplateProposal } from './types';

/** What a file in a folder speaks for; the first that is found decides. */
const signs: readonly { readonly file: string; readonly template: string }[] = [
  { file: 'pyproject.toml', template: 'python' },
  { file: 'requirements.txt', template: 'python' },
  { file: 'setup.py', template: 'python' },
  { file: 'package.json', template: 'node' },
];

/** Proposes a built-in template by the names in a folder. Pure. */
export function proposalFor(names: readonly string[]): TemplateProposal {
  const there = new Set(names);
  const sign = signs.find(({ file }) => there.has(file));
  if (sign !== undefined) return { template: sign.template, reason: `found ${sign.file}` };
  return { template: 'base', reason: 'found nothing that names a language' };
}

/** @throws BerthError `folder_not_found` */
export async function propose(folder: string): Promise<TemplateProposal> {
  try {
    return proposalFor(await readdir(folder));
  } catch (error) {
    throw toBerthError(error, 'folder_not_found', `The folder ${folder} cannot be read.`);
  }
}
