import { dirname, join } from 'node:path';
import type { ContainerSummary } from '../engine/types';
import type { BerthHome } from '../home';
import { labels } from '../model';
import { FileGlance } from './file-glance';

/** The files that a folder's template may be made of, as they are now. */
export interface FilesLook {
  /** Another one when a file came, went or changed. */
  readonly key: string;
  /** When one of them last changed, in milliseconds since the epoch; 0 where there is none. */
  readonly newest: number;
  /** Whether each file that the template was made of is still there. */
  readonly whole: boolean;
}

/** Files whose coming can change a template too: a catalogue's, which may take a name from another. */
const named = /\.ya?ml$/;
const namedBeside = /\.berth\.ya?ml$/;

/**
 * Looks at every file of a template's chain (`made`: as it was resolved last) and at those that could come into it, without
 * reading any. Null when the folder is gone. The change time, not the modification time: an older file moved into place
 * must count too.
 */
export async function lookAtFiles(
  home: Pick<BerthHome, 'userTemplatesDir'>,
  folder: string,
  made: readonly string[],
  glance = new FileGlance(),
): Promise<FilesLook | null> {
  // A folder that cannot be listed may still be there.
  if ((await glance.names(folder)) === null && (await glance.changeTime(folder)) === null) return null;
  const filesIn = async (place: string, pattern: RegExp): Promise<string[]> =>
    [...((await glance.names(place)) ?? [])].filter((name) => pattern.test(name)).map((name) => join(place, name));
  const beside = await Promise.all(
    [...new Set([folder, ...made.map((file) => dirname(file))])].map((place) => filesIn(place, namedBeside)),
  );
  const own = await filesIn(home.userTemplatesDir, named);
  const project = ['berth.yaml', 'berth.local.yaml', 'berth.lock'].map((name) => join(folder, name));
  const files = [...new Set([...made, ...project, ...own, ...beside.flat()])].sort();
  const times = await Promise.all(files.map(async (file) => [file, await glance.changeTime(file)] as const));
  const there = new Map(times.flatMap(([file, time]) => (time === null ? [] : [[file, time] as const])));
  return {
    key: JSON.stringify([...there]),
    newest: Math.max(0, ...there.values()),
    whole: made.every((file) => there.has(file)),
  };
}

/** Whether no file has changed since this version of Berth made the container of them. Pure. */
export function isAsMade(
  container: Pick<ContainerSummary, 'created' | 'labels'>,
  { whole, newest }: FilesLook,
  version: string,
): boolean {
  return whole && newest < Date.parse(container.created) && container.labels[labels.version] === version;
}

/** The files in a container's label. What is no list of texts, such as none in an older container's, reads as empty. Pure. */
export function filesOfLabel(text: string | undefined): readonly string[] {
  try {
    const files: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [];
  } catch {
    return [];
  }
}
