import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isThere } from '../paths';
import type { LauncherSource } from './launcher';

/** Milliseconds after which a copy that is not the newest is let go: what was started from it has ended by then. */
const keptFor = 30 * 24 * 60 * 60 * 1000;

/**
 * A copy of the command line with all that it loads later, in a folder of `libDir` named after the version and what is
 * in it. Such a folder comes to be whole or not at all, and is never changed: whoever runs from it finds the chunks that
 * belong together, whatever is installed beside it meanwhile. A read and a look when it is there.
 * @returns the absolute path of its `cli.js`
 */
export async function installedCopy(libDir: string, source: LauncherSource): Promise<string> {
  // The entry names its chunks, and they theirs, by hashes of what is in them: its own text stands for all of them.
  const digest = createHash('sha256')
    .update(await readFile(source.cliFile))
    .digest('hex')
    .slice(0, 12);
  const folder = join(libDir, `${source.version}-${digest}`);
  const cli = join(folder, basename(source.cliFile));
  if (!(await isThere(cli))) {
    await copy(source, folder);
    await removeOld(libDir, basename(folder));
  }
  return cli;
}

async function copy({ cliFile, templatesDir }: LauncherSource, to: string): Promise<void> {
  const temporary = join(dirname(to), `.${basename(to)}.${randomBytes(6).toString('hex')}`);
  const from = dirname(cliFile);
  try {
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    const scripts = (await readdir(from)).filter((name) => extname(name) === '.js' && !name.startsWith('extension'));
    // All have ended before one's failure is told: what is still being written cannot be removed.
    const copies = await Promise.allSettled([
      ...scripts.map((name) => cp(join(from, name), join(temporary, name))),
      cp(templatesDir, join(temporary, 'templates'), { recursive: true }),
    ]);
    for (const each of copies) if (each.status === 'rejected') throw each.reason;
    await rename(temporary, to);
  } catch (error) {
    // Another process may have been first, with the same.
    if (!(await isThere(join(to, basename(cliFile))))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function removeOld(libDir: string, current: string): Promise<void> {
  const limit = Date.now() - keptFor;
  for (const name of await readdir(libDir)) {
    if (name === current) continue;
    const folder = join(libDir, name);
    const facts = await stat(folder).catch(() => null);
    if (facts !== null && facts.mtimeMs < limit) await rm(folder, { recursive: true, force: true });
  }
}
