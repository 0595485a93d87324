import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BerthError } from '../errors';

/** A devcontainer.json and the folder of the project that it is for; both absolute. */
export interface FoundConfig {
  readonly file: string;
  readonly folder: string;
}

/**
 * Finds the devcontainer.json of a folder in the three places where one can lie, or takes the file that is named.
 * @throws BerthError `devcontainer_not_found`, `devcontainer_ambiguous` (`errors` lists them), `folder_not_found`
 */
export async function findConfig(path: string): Promise<FoundConfig> {
  const kind = await kindOf(path);
  if (kind === 'file') return { file: path, folder: projectOf(path) };
  if (kind === null) {
    if (/\.jsonc?$/.test(path)) {
      throw new BerthError('devcontainer_not_found', `There is no file ${path}.`, { hint: 'Check the path.' });
    }
    throw new BerthError('folder_not_found', `The folder ${path} does not exist.`, { hint: 'Check the path.' });
  }
  // The folder that was named may be the configuration's own.
  const own = basename(path) === '.devcontainer' ? dirname(path) : path;
  const found = await configsOf(own);
  const [file, ...others] = found;
  if (file === undefined) {
    throw new BerthError('devcontainer_not_found', `${own} has no devcontainer.json.`, {
      hint: 'It would be .devcontainer/devcontainer.json, .devcontainer.json or .devcontainer/NAME/devcontainer.json.',
    });
  }
  if (others.length > 0) {
    throw new BerthError('devcontainer_ambiguous', `${own} has ${found.length} devcontainer.json files.`, {
      hint: 'Name the one that is meant.',
      errors: found.map((each) => ({ message: 'one of them', file: each })),
    });
  }
  return { file, folder: own };
}

/** Every devcontainer.json of a folder. */
async function configsOf(folder: string): Promise<string[]> {
  const usual = [join(folder, '.devcontainer', 'devcontainer.json'), join(folder, '.devcontainer.json')];
  const named: string[] = [];
  for (const name of (await names(join(folder, '.devcontainer'))).sort()) {
    named.push(join(folder, '.devcontainer', name, 'devcontainer.json'));
  }
  const there: string[] = [];
  for (const file of [...usual, ...named]) if ((await kindOf(file)) === 'file') there.push(file);
  return there;
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return []; // No such folder, or none of ours: nothing lies in it.
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    const facts = await stat(path);
    return facts.isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
}

/** The project that a file is for: the folder above `.devcontainer`, else the one it lies in. */
function projectOf(file: string): string {
  const folder = dirname(file);
  if (basename(folder) === '.devcontainer') return dirname(folder);
  if (basename(dirname(folder)) === '.devcontainer') return dirname(dirname(folder));
  return folder;
}
