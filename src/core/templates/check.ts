import { basename, dirname, join } from 'node:path';
import { isThere } from '../paths';
import { loadLayer, parseLayer } from './load';
import { resolveFile, type LoadLayer } from './resolve';
import { localFile, projectFile, type TemplateFolders } from './sources';
import { positionOf, treeAt, type SourcePosition, type Tree } from './tree';
import type { TemplateCheck } from './types';

/** Everything to be said of a template that is being edited; see {@link TemplateCheck}. */
export async function checkTemplate(
  file: string,
  folders: TemplateFolders,
  texts: ReadonlyMap<string, string>,
): Promise<TemplateCheck> {
  const load: LoadLayer = (path, kind) => {
    const text = texts.get(path);
    return text === undefined ? loadLayer(path, kind) : Promise.resolve(parseLayer(text, path, kind));
  };
  const isLocal = basename(file) === localFile;
  const own = await load(file, isLocal ? 'local' : 'template');
  const extendsAt = isLocal ? null : parentNamedAt(own.tree);
  // A file that lies over another means something only together with it.
  const whole = isLocal ? join(dirname(file), projectFile) : file;
  if (isLocal && !texts.has(whole) && !(await isThere(whole))) return { problems: own.problems, extendsAt };
  const { problems } = await resolveFile(whole, folders, load);
  return { problems, extendsAt };
}

function parentNamedAt(tree: Tree | null): SourcePosition | null {
  const path = ['metadata', 'extends'];
  return tree === null || treeAt(tree, path) === undefined ? null : positionOf(tree, path);
}
