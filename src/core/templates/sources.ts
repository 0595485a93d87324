import { access, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { nearest } from './nearest';
import type { TemplateOrigin } from './types';

/** A project's own template, and the git-ignored one that lies over it. */
export const projectFile = 'berth.yaml';
export const localFile = 'berth.local.yaml';

/** Further templates of a workspace lie beside its own: `<name>.berth.yaml`. */
const workspaceSuffix = /^(.+)\.berth\.ya?ml$/;
const catalogueSuffix = /^(.+)\.ya?ml$/;

/** Where templates lie that can be named anywhere. */
export interface TemplateFolders {
  /** The built-in templates that come with Berth; absolute. */
  readonly builtInDir: string;
  /** `<config>/templates`; absolute, need not exist. */
  readonly userDir: string;
}

/** A file that can be named by its template's name. */
export interface NamedFile {
  readonly name: string;
  readonly origin: TemplateOrigin;
  /** Absolute path. */
  readonly file: string;
}

/** Whether this is a path rather than a template's name. */
export function isPath(nameOrFile: string): boolean {
  return /[/\\]|\.ya?ml$/.test(nameOrFile);
}

/** Every file that a name can mean, in the order in which names are looked up: workspace, user, built-in. */
export async function namedFiles(folders: TemplateFolders, workspace?: string): Promise<NamedFile[]> {
  const found = await Promise.all([
    workspace === undefined ? [] : filesIn(workspace, workspaceSuffix, 'workspace'),
    filesIn(folders.userDir, catalogueSuffix, 'user'),
    filesIn(folders.builtInDir, catalogueSuffix, 'built-in'),
  ]);
  return found.flat();
}

async function filesIn(folder: string, pattern: RegExp, origin: TemplateOrigin): Promise<NamedFile[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return []; // A folder that is not there, or not ours to read, holds no templates.
  }
  return names.sort().flatMap((file) => {
    const name = pattern.exec(file)?.[1];
    return name === undefined ? [] : [{ name, origin, file: join(folder, file) }];
  });
}

/** What a name or path comes to: a file, or null with the nearest known name. */
export interface Located {
  readonly file: string | null;
  readonly suggestion: string | null;
}

/**
 * Finds a template. A name is never taken for the file that asks (`from`), so a user's `python` can extend the built-in one.
 * Paths are relative to the file that asks, else to the working directory; a folder means the `berth.yaml` in it.
 */
export async function locate(
  nameOrFile: string,
  folders: TemplateFolders,
  options: { readonly from?: string; readonly workspace?: string | undefined } = {},
): Promise<Located> {
  const { from } = options;
  if (isPath(nameOrFile)) {
    const base = from === undefined || isAbsolute(nameOrFile) ? '.' : dirname(from);
    const file = await existing(resolve(base, nameOrFile));
    return { file, suggestion: null };
  }
  const workspace = from === undefined ? options.workspace : dirname(from);
  const known = (await namedFiles(folders, workspace)).filter(({ file }) => file !== from);
  const hit = known.find(({ name }) => name === nameOrFile);
  if (hit !== undefined) return { file: await existing(hit.file), suggestion: null };
  return { file: null, suggestion: nearest(nameOrFile, new Set(known.map(({ name }) => name))) };
}

async function existing(path: string): Promise<string | null> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, projectFile) : path;
    await access(file);
    return file;
  } catch {
    return null;
  }
}

/** Whether a file came with Berth. */
export function isBuiltIn(file: string, folders: TemplateFolders): boolean {
  return dirname(file) === folders.builtInDir;
}

/** The name that a file in the catalogue must carry, since it is found by its file's name; null for any other file. */
export function nameByFile(file: string, folders: TemplateFolders): string | null {
  const name = basename(file);
  const beside = workspaceSuffix.exec(name)?.[1];
  if (beside !== undefined) return beside;
  const folder = dirname(file);
  return folder === folders.userDir || folder === folders.builtInDir ? (catalogueSuffix.exec(name)?.[1] ?? null) : null;
}
