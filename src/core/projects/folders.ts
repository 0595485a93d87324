import { realpath, stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { ProjectIdentity } from '../model';
import { isProjectName, nameOfFolder, projectId, safeName } from './identity';
import { readLinks, readProjectState } from './state-file';

/** Who owns a folder, for a container user with the same numbers. */
export interface FolderOwner {
  readonly uid: number;
  readonly gid: number;
}

/** The folder's real path. @throws BerthError `folder_not_found`, `folder_not_usable` */
export async function realFolder(folder: string): Promise<string> {
  let real: string;
  try {
    real = await realpath(folder);
  } catch (error) {
    throw new BerthError('folder_not_found', `The folder ${folder} does not exist.`, {
      hint: 'Check the path, or use `berth relink NAME DIR` if the project moved.',
      cause: error,
    });
  }
  const found = await stat(real);
  if (!found.isDirectory()) throw new BerthError('folder_not_usable', `${folder} is a file, not a folder.`);
  if (real === parse(real).root) {
    throw new BerthError('folder_not_usable', 'The root of the file system cannot be a project.', {
      hint: 'Choose a folder in it.',
    });
  }
  return real;
}

/** Who owns the folder, or null on Windows, where every file says 0. */
export async function folderOwner(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<FolderOwner | null> {
  if (platform === 'win32') return null;
  const { uid, gid } = await stat(folder);
  return { uid, gid };
}

/** Who a folder is, with a container or without. @throws BerthError `folder_not_found`, `folder_not_usable`, `bad_usage` */
export async function identifyFolder(home: BerthHome, folder: string, name?: string): Promise<ProjectIdentity> {
  if (name !== undefined && !isProjectName(name)) {
    throw new BerthError('bad_usage', `"${name}" cannot be a project's name.`, {
      hint: `Use lower-case letters, digits and dashes, at most 40: for example "${safeName(name)}".`,
    });
  }
  const real = await realFolder(folder);
  const links = await readLinks(home);
  const id = links[real] ?? unlinkedId(await home.owner(), real, Object.values(links));
  return { id, folder: real, name: name ?? (await readProjectState(home, id)).name ?? nameOfFolder(real) };
}

/** A folder made anew where a relinked project once lay is a project of its own, so it must not get that one's id. */
function unlinkedId(owner: string, folder: string, linked: readonly string[]): string {
  for (let salt = ''; ; salt += '\0') {
    const id = projectId(owner, folder + salt);
    if (!linked.includes(id)) return id;
  }
}
