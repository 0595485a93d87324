import { basename, join } from 'node:path';
import { isThere } from '../paths';
import { loadLayer } from './load';
import { resolveFile } from './resolve';
import { namedFiles, projectFile, type NamedFile, type TemplateFolders } from './sources';
import { treeAt, type Tree } from './tree';
import type { TemplateEntry } from './types';

/** Every template that can be named here: the workspace's, the user's, the built-in ones; those with errors too. */
export async function catalogue(folders: TemplateFolders, workspace?: string): Promise<TemplateEntry[]> {
  const named = await namedFiles(folders, workspace);
  const own = workspace === undefined ? [] : await projectTemplate(workspace);
  return Promise.all([...own, ...named].map((file) => entry(file, folders)));
}

async function projectTemplate(workspace: string): Promise<NamedFile[]> {
  const file = join(workspace, projectFile);
  if (!(await isThere(file))) return [];
  return [{ name: basename(workspace), origin: 'workspace', file }];
}

async function entry({ name, origin, file }: NamedFile, folders: TemplateFolders): Promise<TemplateEntry> {
  const { resolved, problems } = await resolveFile(file, folders);
  if (resolved !== null) return { name: resolved.name, description: resolved.description, origin, file, problems };
  // Even a file with errors is easier to find under the name that it gives itself.
  const { tree } = await loadLayer(file);
  const head = (key: string) => textOf(tree === null ? undefined : treeAt(tree, ['metadata', key]));
  return { name: head('name') ?? name, description: head('description') ?? '', origin, file, problems };
}

function textOf(tree: Tree | undefined): string | null {
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : null;
}
