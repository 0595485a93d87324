import { createHash } from 'node:crypto';
import type { Engine, VolumeSummary } from '../engine/types';
import { labelSchema, labels } from '../model';
import type { ProjectIdentity } from '../model';
import {
  folderPurpose,
  homePurpose,
  namedPurpose,
  volumePurposeLabel,
  volumeRoundLabel,
  workspacePurpose,
} from './purpose';

/** This project's volumes. One round trip. */
export function listProjectVolumes(
  engine: Engine,
  owner: string,
  project: string,
  signal?: AbortSignal,
): Promise<VolumeSummary[]> {
  return engine.listVolumes({ labels: { [labels.owner]: owner, [labels.project]: project } }, signal);
}

/** A volume that a container is to have. */
export interface VolumeWish {
  readonly purpose: string;
  /** What stands for it in the volume's name. */
  readonly suffix: string;
}

export const homeWish: VolumeWish = { purpose: homePurpose, suffix: 'home' };
export const workspaceWish: VolumeWish = { purpose: workspacePurpose, suffix: 'workspace' };
export const namedWish = (name: string): VolumeWish => ({ purpose: namedPurpose(name), suffix: `volume-${name}` });

/** `folder`: absolute, or below `~`. Two paths that look the same as part of a name are told apart by a hash. Pure. */
export function folderWish(folder: string): VolumeWish {
  const readable = folder.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 6);
  return { purpose: folderPurpose(folder), suffix: `folder-${readable.slice(0, 40)}-${hash}` };
}

/** What volumes a project has, and which of them its containers had last. */
export interface VolumeFacts {
  readonly there: readonly VolumeSummary[];
  /** Names by purpose, as they were when a container was last made. */
  readonly remembered: Readonly<Record<string, string>>;
}

/** One volume of a project's container. */
export interface ChosenVolume {
  readonly name: string;
  /** It is not there yet. */
  readonly isNew: boolean;
  /** Which one of its purpose it is, counted from 1. */
  readonly round: number;
  /** The name of the one that the last container had and that is gone; null where nothing is missing. */
  readonly lost: string | null;
}

/**
 * Which volume serves a purpose: the one that the last container had, else the latest of that purpose. Found by labels,
 * not by names, so that it follows a project that got another name; a new one's name says all there is to say, so that two
 * processes which make it at once make the same. `afresh` takes a new one, whatever there is. Pure.
 */
export function chooseVolume(
  identity: Pick<ProjectIdentity, 'id' | 'name'>,
  { purpose, suffix }: VolumeWish,
  { there, remembered }: VolumeFacts,
  afresh = false,
): ChosenVolume {
  const fitting = there.filter(({ labels: own }) => own[volumePurposeLabel] === purpose);
  const last = remembered[purpose];
  const latest = fitting.reduce<VolumeSummary | undefined>(
    (most, one) => (most === undefined || roundOf(one) > roundOf(most) ? one : most),
    undefined,
  );
  const found = fitting.find(({ name }) => name === last) ?? latest;
  if (found !== undefined && !afresh) return { name: found.name, isNew: false, round: roundOf(found), lost: null };
  const round = latest === undefined ? 1 : roundOf(latest) + 1;
  const name = `berth-${identity.name}-${identity.id.slice(0, 6)}-${suffix}${round === 1 ? '' : `-${round}`}`;
  return { name, isNew: true, round, lost: afresh ? null : (last ?? null) };
}

function roundOf({ labels: own }: VolumeSummary): number {
  const round = Number(own[volumeRoundLabel] ?? 1);
  return Number.isSafeInteger(round) && round > 0 ? round : 1;
}

/** Chooses a volume for each wish and makes the new ones. One round trip, and one for each new volume. */
export async function ensureVolumes(
  engine: Engine,
  identity: ProjectIdentity,
  owner: string,
  wishes: readonly VolumeWish[],
  options: { readonly remembered?: Readonly<Record<string, string>>; readonly afresh?: readonly string[] },
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ChosenVolume>> {
  const chosen = new Map<string, ChosenVolume>();
  if (wishes.length === 0) return chosen;
  const there = await listProjectVolumes(engine, owner, identity.id, signal);
  const facts = { there, remembered: options.remembered ?? {} };
  for (const wish of wishes) {
    const volume = chooseVolume(identity, wish, facts, options.afresh?.includes(wish.purpose));
    chosen.set(wish.purpose, volume);
    if (!volume.isNew) continue;
    await engine.ensureVolume(
      volume.name,
      {
        [labels.schema]: labelSchema,
        [labels.kind]: 'project',
        [labels.owner]: owner,
        [labels.project]: identity.id,
        [labels.name]: identity.name,
        [volumePurposeLabel]: wish.purpose,
        ...(volume.round === 1 ? {} : { [volumeRoundLabel]: String(volume.round) }),
      },
      signal,
    );
  }
  return chosen;
}
