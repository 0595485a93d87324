import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BerthHome } from '../home';

/**
 * A password that nobody chose: the same for a project and name each time, and another for any other, since it is derived
 * from a key of this Berth home's own. So there is nothing to keep for each, and nothing to take away with a project.
 * @returns 24 letters, digits, dashes and underscores: 144 bits
 */
export async function generatedSecret(home: Pick<BerthHome, 'dir'>, project: string, name: string): Promise<string> {
  const key = await keyOf(home.dir);
  return createHmac('sha256', key).update(`${project}\n${name}`).digest('base64url').slice(0, 24);
}

/** Made at the first use; of several processes that make it at once one is first, and all take that one's. */
async function keyOf(dir: string): Promise<Buffer> {
  const file = join(dir, 'secret.key');
  const found = await readKey(file);
  if (found !== null) return found;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const made = randomBytes(32);
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, made, { mode: 0o600, flush: true });
  try {
    // A hard link comes to be whole or not at all, and fails where another process was first.
    await link(draft, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const theirs = await readKey(file);
    if (theirs !== null) return theirs;
    throw new Error(`${file} does not hold a key; delete it to have a new one made`, { cause: error });
  } finally {
    await unlink(draft);
  }
}

async function readKey(file: string): Promise<Buffer | null> {
  try {
    const bytes = await readFile(file);
    return bytes.length === 32 ? bytes : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
