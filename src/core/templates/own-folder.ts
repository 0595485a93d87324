import { createHash } from 'node:crypto';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FolderEntry } from '../engine/image-requests';
import { BerthError } from '../errors';
import { openUnlinked, smallText } from '../paths';
import { localFile, projectFile } from './sources';

/**
 * What of a folder is a build's context, as `docker build` sees it: all but what `<Dockerfile>.dockerignore`, else
 * `.dockerignore`, leaves out, and Berth's own files, whose every edit would be another build. Links are kept as links. In
 * the order of their paths, which use `/`; the Dockerfile itself is not among them.
 */
export async function contextEntries(folder: string, dockerfile: string): Promise<FolderEntry[]> {
  const ignored = await ignoreRules(folder, dockerfile);
  const entries: FolderEntry[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const name of (await readdir(join(folder, below))).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      const source = join(folder, below, name);
      const facts = await lstat(source);
      const out = ownFiles.has(path) || ignored.matches(path);
      const mode = facts.mode & 0o777;
      if (facts.isDirectory()) {
        if (!out) entries.push({ kind: 'folder', path, mode });
        // A rule that takes back may name something below a folder that is left out.
        if (!out || ignored.takesBack) await walk(path);
      } else if (!out && path !== dockerfile) {
        if (facts.isFile()) entries.push({ kind: 'file', path, source, size: facts.size, mode });
        else if (facts.isSymbolicLink()) entries.push({ kind: 'link', path, target: await readlink(source) });
      }
    }
  };
  await walk('');
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const ownFiles: ReadonlySet<string> = new Set([projectFile, localFile, 'berth.lock']);

interface IgnoreRules {
  readonly matches: (path: string) => boolean;
  /** Whether any rule begins with `!`. */
  readonly takesBack: boolean;
}

async function ignoreRules(folder: string, dockerfile: string): Promise<IgnoreRules> {
  for (const name of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const file = join(folder, name);
    let text: string | null;
    try {
      text = await smallText(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    if (text === null) {
      throw new BerthError('template_invalid', `${file} is no file of 1 MiB at most.`, {
        hint: 'It says what of the folder is not for the build, a pattern a line.',
      });
    }
    const { default: ignore } = await import('@balena/dockerignore');
    const lines = text.split(/\r?\n/);
    const rules = ignore().add(lines);
    return { matches: (path) => rules.ignores(path), takesBack: lines.some((line) => line.trim().startsWith('!')) };
  }
  return { matches: () => false, takesBack: false };
}

/** One line for each entry that says all of it that reaches the engine; contents by their SHA-256. */
export async function entryLines(entries: readonly FolderEntry[]): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of entries) {
    if (entry.kind === 'link') lines.push(JSON.stringify([entry.path, entry.target]));
    else if (entry.kind === 'folder') lines.push(JSON.stringify([entry.path, entry.mode]));
    else {
      const hash = createHash('sha256');
      await pipeline((await openUnlinked(entry.source)).createReadStream(), hash);
      lines.push(JSON.stringify([entry.path, entry.mode, hash.digest('hex')]));
    }
  }
  return lines;
}
