import { rm } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import type { ProjectRow } from '../model';
import type { Core } from '../types';
import { agentsDir, forgetTaken } from './warm/records';

/** Whether a container is an agent's own: its folder is Berth's, and goes with it. */
export function isSpawned(home: string, row: Pick<ProjectRow, 'folder'>): boolean {
  return row.folder.startsWith(agentsDir(home) + sep);
}

/** Removes a container; of an agent's own, its volumes and its folder too. @returns the volumes that stay */
export async function killBox(
  core: Pick<Core, 'home' | 'projects'>,
  row: ProjectRow,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const own = isSpawned(core.home.dir, row);
  const kept = await core.projects.remove(row, { purge: own }, signal);
  if (own) {
    await rm(dirname(row.folder), { recursive: true, force: true });
    await forgetTaken(core.home, basename(row.folder));
  }
  return kept;
}
