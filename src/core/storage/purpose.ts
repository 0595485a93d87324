import type { VolumeSummary } from '../engine/types';

/**
 * Says what a project's volume holds: `home`, `workspace`, `named:` and the template's own name for it, or `folder:` and
 * the path of a persisted folder.
 */
export const volumePurposeLabel = 'dev.berth.volume';

/** Counts the volumes that a project has had for one purpose; left out on the first. */
export const volumeRoundLabel = 'dev.berth.volume-round';

export const homePurpose = 'home';
export const workspacePurpose = 'workspace';
const namedPrefix = 'named:';
const folderPrefix = 'folder:';

/** The purpose of a volume that a template names. */
export const namedPurpose = (name: string): string => namedPrefix + name;

/** The purpose of a persisted folder's volume. `folder`: absolute, or below `~`. */
export const folderPurpose = (folder: string): string => folderPrefix + folder;

/** What a volume holds, in words, by its label. Pure. */
export function purposeText({ labels }: Pick<VolumeSummary, 'labels'>): string {
  return purposeInWords(labels[volumePurposeLabel] ?? '');
}

/** A purpose in words. Pure. */
export function purposeInWords(purpose: string): string {
  if (purpose === homePurpose) return 'the home folder';
  if (purpose === workspacePurpose) return 'the workspace';
  if (purpose.startsWith(folderPrefix)) return `the folder ${purpose.slice(folderPrefix.length)}`;
  return purpose.startsWith(namedPrefix) ? `the volume ${purpose.slice(namedPrefix.length)}` : 'data';
}

/** A purpose as a short label: `home`, `workspace`, a folder or a volume's name. Pure. */
export function purposeLabel(purpose: string): string {
  return /^(?:folder|named):(.+)$/.exec(purpose)?.[1] ?? (purpose === '' ? 'data' : purpose);
}
