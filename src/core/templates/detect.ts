import { opendir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { toBerthError } from '../errors';
import { openNow } from '../paths';
import { findingFor, type Finding, type FolderFacts } from './detect-rules';
import { versionFiles } from './detect-versions';

/**
 * How much of a folder is looked at: names in it and in the places where monorepos keep their parts, and the beginning of
 * the few files that can name a version. A folder is anyone's: none of its files can make this slow or fail.
 */
const bounds = { names: 5000, nestedFolders: 24, nestedNames: 300, fileBytes: 16 * 1024 } as const;

/** Where the parts of a project lie, besides its own folder. */
const partFolders = /^(?:api|app|backend|client|frontend|server|web|ui|notebooks|src)$/;
const partsOfMany = /^(?:apps|packages|services)$/;

const readable: ReadonlySet<string> = new Set(
  Object.values(versionFiles).flatMap((readers) => readers.map(([file]) => file)),
);

/** Looks at a folder and says which template fits. @throws BerthError `folder_not_found` */
export async function detect(folder: string): Promise<Finding> {
  return findingFor(await lookAtFolder(folder));
}

/** What of a folder tells its template, within bounds. @throws BerthError `folder_not_found` */
export async function lookAtFolder(folder: string): Promise<FolderFacts> {
  let top: Names;
  try {
    top = await namesIn(folder, bounds.names);
  } catch (error) {
    throw toBerthError(error, 'folder_not_found', `The folder ${folder} cannot be read.`, 'Check the path.');
  }
  const several = top.folders.filter((name) => partsOfMany.test(name));
  const parts = top.folders.filter((name) => partFolders.test(name));
  for (const name of several) {
    const inside = await namesIn(join(folder, name), bounds.nestedNames).catch(() => nothing);
    parts.push(...inside.folders.map((part) => `${name}/${part}`));
  }
  const nested = await Promise.all(
    parts.slice(0, bounds.nestedFolders).map(async (part) => {
      const inside = await namesIn(join(folder, part), bounds.nestedNames).catch(() => nothing);
      return inside.names.map((name) => `${part}/${name}`);
    }),
  );
  const files = top.names.filter((name) => readable.has(name));
  const texts = await Promise.all(files.map(async (name) => [name, await beginning(join(folder, name))] as const));
  return {
    names: [...top.names, ...top.folders.map((name) => `${name}/`)],
    nested: nested.flat(),
    texts: Object.fromEntries(texts.filter(([, text]) => text !== null)) as Record<string, string>,
  };
}

interface Names {
  /** Of all but folders; both in order, so that the answer never depends on the disk's. */
  readonly names: readonly string[];
  readonly folders: readonly string[];
}

const nothing: Names = { names: [], folders: [] };

async function namesIn(folder: string, most: number): Promise<Names> {
  const names: string[] = [];
  const folders: string[] = [];
  for await (const entry of await opendir(folder)) {
    (entry.isDirectory() ? folders : names).push(entry.name);
    if (names.length + folders.length >= most) break;
  }
  return { names: names.sort(), folders: folders.sort() };
}

/** How a file begins; null for what is no file, or cannot be read. Reading a pipe or a device could wait for ever. */
async function beginning(path: string): Promise<string | null> {
  try {
    const handle = await open(path, openNow);
    try {
      if (!(await handle.stat()).isFile()) return null;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bounds.fileBytes), 0, bounds.fileBytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
