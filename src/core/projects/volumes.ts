import type { Engine, VolumeSummary } from '../engine/types';
import { labelSchema, labels } from '../model';
import type { ProjectIdentity } from '../model';

/** Says what a project's volume holds. */
export const volumePurposeLabel = 'dev.berth.volume';

/** This project's volumes. One round trip. */
export function listProjectVolumes(
  engine: Engine,
  owner: string,
  project: string,
  signal?: AbortSignal,
): Promise<VolumeSummary[]> {
  return engine.listVolumes({ labels: { [labels.owner]: owner, [labels.project]: project } }, signal);
}

/**
 * The volume with the user's home folder, made if there is none. It is found by its labels, not its name, so that it
 * follows a project that got another name. @returns null where the template persists nothing
 */
export async function homeVolume(
  engine: Engine,
  identity: ProjectIdentity,
  persist: unknown,
  owner: string,
  signal?: AbortSignal,
): Promise<string | null> {
  if (persist !== 'home') return null;
  const there = await listProjectVolumes(engine, owner, identity.id, signal);
  const found = there.find((volume) => volume.labels[volumePurposeLabel] === 'home');
  if (found !== undefined) return found.name;
  const name = `berth-${identity.name}-${identity.id.slice(0, 6)}-home`;
  await engine.ensureVolume(
    name,
    {
      [labels.schema]: labelSchema,
      [labels.kind]: 'project',
      [labels.owner]: owner,
      [labels.project]: identity.id,
      [labels.name]: identity.name,
      [volumePurposeLabel]: 'home',
    },
    signal,
  );
  return name;
}
