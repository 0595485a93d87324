import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BerthHome } from '../home';
import { labels } from '../model';
import { identifyFolder } from '../projects/folders';
import { isRecord } from '../projects/spec-diff';
import { readProjectState } from '../projects/state-file';
import { placeOf } from '../sandbox/warm/records';
import { placeOfFolder, readWorktree } from '../worktrees/place';
import { readSecretGrants, type GrantScope, type SecretGrant } from './agent-grants';
import type { SecretWish } from './types';

/** The project that a container is of. */
export interface OfProject {
  readonly id: string;
  readonly folder: string;
}

/** A grant with where it was given. */
export interface ScopedGrant extends SecretGrant {
  readonly scope: GrantScope;
}

/**
 * The secrets that an agent's container may have, and no others, whatever is asked for; null for a container that a person
 * made, which has what the template declares. Read anew each time, so that what was taken back counts at once.
 */
export async function agentWishes(
  home: BerthHome,
  project: OfProject,
  container: { readonly labels: Readonly<Record<string, string>> },
): Promise<readonly SecretWish[] | null> {
  if (!(await isAgents(home, project.id, container))) return null;
  return (await grantsFor(home, project)).map(({ wish }) => wish);
}

/** Whether an agent had the container made. By labels that Berth wrote, and by a file of its home. */
export async function isAgents(
  home: Pick<BerthHome, 'stateDir'>,
  project: string,
  container?: { readonly labels: Readonly<Record<string, string>> },
): Promise<boolean> {
  if (container?.labels[labels.kind] === 'agent') return true;
  const { agent, madeByAgent } = await readProjectState(home, project);
  return agent !== undefined || madeByAgent === true;
}

/** All that an agent's container of this project is granted, by name; what was granted to it alone goes first. */
export async function grantsFor(home: BerthHome, project: OfProject): Promise<readonly ScopedGrant[]> {
  const found = new Map<string, ScopedGrant>();
  for (const scope of await scopesOf(home, project)) {
    for (const grant of await readSecretGrants(home, scope)) {
      if (!found.has(grant.wish.name)) found.set(grant.wish.name, { ...grant, scope });
    }
  }
  return [...found.values()].sort((a, b) => (a.wish.name < b.wish.name ? -1 : 1));
}

/**
 * Where grants for an agent's container are looked for: its own; then of a worktree its project's, of a container by a key
 * those of the template that it was made from. All of it is read in Berth's home, out of every container's reach.
 */
export async function scopesOf(home: BerthHome, { id, folder }: OfProject): Promise<readonly GrantScope[]> {
  const own: GrantScope = { kind: 'project', id };
  const place = placeOfFolder(home, folder);
  const worktree = place === null ? null : await readWorktree(place);
  if (worktree !== null) {
    const project = await identifyFolder(home, worktree.project).catch(() => null);
    return project === null ? [own] : [own, { kind: 'project', id: project.id }];
  }
  const template = await templateByName(home, folder);
  return template === null ? [own] : [own, { kind: 'template', name: template }];
}

/** The template's name that a container by a key was made from; null where it began with a snapshot, and for any other folder. */
async function templateByName(home: Pick<BerthHome, 'dir'>, folder: string): Promise<string | null> {
  const place = placeOf(home.dir, basename(folder));
  if (place.folder !== folder) return null;
  const parent = await parentOf(place.file);
  return parent !== null && /^[a-z0-9][a-z0-9-]{0,63}$/.test(parent) ? parent : null;
}

/** What a template that Berth wrote for an agent extends; null where there is none. */
export async function parentOf(file: string): Promise<string | null> {
  try {
    const written: unknown = JSON.parse(await readFile(file, 'utf8'));
    const metadata = isRecord(written) ? written['metadata'] : null;
    return isRecord(metadata) && typeof metadata['extends'] === 'string' ? metadata['extends'] : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
