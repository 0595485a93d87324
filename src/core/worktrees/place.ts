import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import { safeName } from '../projects/identity';
import type { Worktree } from './types';

/** Where the git folder of a worktree lies in its container. */
export const gitTarget = '/var/lib/berth-git';

/** What belongs to a worktree on this machine, in one folder of Berth's; absolute paths. */
export interface WorktreePlace {
  readonly dir: string;
  readonly name: string;
  /** The files: the one thing that is both the user's to look at and the container's to write. */
  readonly folder: string;
  /** The repository that the container has in place of the project's, with a copy of the history. The container writes it. */
  readonly inside: string;
  /** Berth's own repository, which no container sees: what was done is read into it. */
  readonly host: string;
  /** What stands in the container where the files have their `.git`. */
  readonly pointer: string;
  /** The template of the container. */
  readonly template: string;
  readonly record: string;
}

/** What is written down of a worktree. */
export type WorktreeRecord = Omit<Worktree, 'name' | 'folder'>;

const worktreesDir = ({ dir }: Pick<BerthHome, 'dir'>): string => join(dir, 'worktrees');

/** The place of a key in a project. Pure. */
export function placeFor(home: Pick<BerthHome, 'dir'>, project: string, key: string): WorktreePlace {
  const hash = createHash('sha256').update(`${project}\0${key}`).digest('hex').slice(0, 6);
  const part = (text: string, most: number): string => safeName(text).slice(0, most).replace(/-+$/, '');
  return placeNamed(home, `${part(basename(project), 14)}-${part(key, 17)}-${hash}`);
}

/** The branch of a key, where it is not taken yet. Pure. */
export function branchFor(key: string): string {
  return `berth/${safeName(key)}`;
}

/** The place of a worktree by its name. Pure. */
export function placeNamed(home: Pick<BerthHome, 'dir'>, name: string): WorktreePlace {
  const dir = join(worktreesDir(home), name);
  return {
    dir,
    name,
    folder: join(dir, name),
    inside: join(dir, 'inside.git'),
    host: join(dir, 'host.git'),
    pointer: join(dir, 'pointer'),
    template: join(dir, 'template.yaml'),
    record: join(dir, 'worktree.json'),
  };
}

/** The place that a folder is the files of; null for any other folder. Pure. */
export function placeOfFolder(home: Pick<BerthHome, 'dir'>, folder: string): WorktreePlace | null {
  const place = placeNamed(home, basename(folder));
  return dirname(folder) === place.dir ? place : null;
}

/** The worktree in a place; null where none was made whole. */
export async function readWorktree(place: WorktreePlace): Promise<Worktree | null> {
  try {
    const record = JSON.parse(await readFile(place.record, 'utf8')) as WorktreeRecord;
    return { ...record, name: place.name, folder: place.folder };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function writeWorktree(place: WorktreePlace, worktree: WorktreeRecord): Promise<void> {
  const { key, branch, base, project, repository, client, created, accepted } = worktree;
  const record: WorktreeRecord = { key, branch, base, project, repository, client, created, accepted };
  await writeFileAtomic(place.record, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** All that there are, by project, then name. */
export async function listWorktrees(home: Pick<BerthHome, 'dir'>): Promise<Worktree[]> {
  const names = await readdir(worktreesDir(home)).catch(() => []);
  const found = await Promise.all(names.map((name) => readWorktree(placeNamed(home, name))));
  const sortKey = ({ project, name }: Worktree): string => `${project}\0${name}`;
  return found.filter((one) => one !== null).sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}
