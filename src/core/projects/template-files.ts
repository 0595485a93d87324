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
const template = /\.ya?ml$/;
const templateBeside = /\.berth\.ya?ml$/;
/** A folder's own, any of which may come or go. */
const own = ['berth.yaml', 'berth.local.yaml', 'berth.lock'];

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
  const names = await glance.names(folder);
  // A folder that cannot be listed may still be there.
  if (names === null && (await glance.changeTime(folder)) === null) return null;
  const files = new Set(made);
  for (const name of own) if (names?.has(name) !== false) files.add(join(folder, name));
  for (const name of names ?? []) if (templateBeside.test(name)) files.add(join(folder, name));
  const others = new Set(made.map((file) => dirname(file)));
  others.delete(folder);
  const shared = [
    glance.matching(home.userTemplatesDir, template),
    ...[...others].map((place) => glance.matching(place, templateBeside)),
  ];
  for (const paths of await Promise.all(shared)) for (const path of paths) files.add(path);
  const sorted = [...files].sort();
  const times = await Promise.all(sorted.map((file) => glance.changeTime(file)));
  const there = sorted.flatMap((file, index) => {
    const time = times[index] ?? null;
    return time === null ? [] : [[file, time] as const];
  });
  const gone = sorted.filter((_, index) => times[index] === null);
  return {
    key: JSON.stringify(there),
    newest: Math.max(0, ...there.map(([, time]) => time)),
    whole: !made.some((file) => gone.includes(file)),
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
