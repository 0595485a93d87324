import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BerthHome } from '../home';
import type { SnapshotVolume } from './types';

/** Lists the archives, in the order of their names. */
export const manifest = 'volumes.json';

/** Where those of all snapshots lie. Pure. */
export function archivesFolder({ stateDir }: Pick<BerthHome, 'stateDir'>): string {
  return join(stateDir, 'snapshots');
}

/** Where a snapshot's archives lie: by the image's id, which no other image has on any engine. Pure. */
export function archiveFolder(home: Pick<BerthHome, 'stateDir'>, image: string): string {
  return join(archivesFolder(home), image.replace(/^sha256:/, ''));
}

/** The archive of the volume at this place of the list. Pure. */
export function archiveFile(folder: string, index: number): string {
  return join(folder, `${index}.tar`);
}

/** What was kept with a snapshot's image on this machine; empty for nothing. */
export async function keptVolumes(home: BerthHome, image: string): Promise<readonly SnapshotVolume[]> {
  try {
    const text = await readFile(join(archiveFolder(home, image), manifest), 'utf8');
    return (JSON.parse(text) as { readonly volumes: readonly SnapshotVolume[] }).volumes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Deletes what was kept with a snapshot; nothing there is no error. */
export async function dropKept(home: BerthHome, image: string): Promise<void> {
  await rm(archiveFolder(home, image), { recursive: true, force: true });
}
