import { homedir } from 'node:os';
import type { ContainerSummary, Engine } from '../engine/types';
import { BerthError } from '../errors';
import { labels } from '../model';
import { desiredFor } from './desired';
import { wantedKey } from './image-verdicts';
import type { Wanted } from './image-verdicts';
import type { ImagesContext } from './images';
import { readProjectState } from './state-file';

/** What every template that is known here asks for: each project's own, and all that can be named in the folders. */
export async function wantedBy(
  { home, templates }: ImagesContext,
  engine: Engine,
  containers: readonly ContainerSummary[],
  folders: readonly string[],
): Promise<Wanted> {
  const images = new Map<string, string>();
  const read = new Set<string>();
  const unreadable = new Set<string>();
  const ask = async (folder: string, template: string | undefined, name: string): Promise<void> => {
    try {
      const { image, resolved } = await desiredFor(templates, engine, folder, template);
      images.set(wantedKey(resolved.name, image.fingerprint), image.baseImage);
      read.add(resolved.name);
      // What a prebuilt image lacks, which its layer depends on, is known only once it was looked into.
      if (resolved.spec.image !== undefined) unreadable.add(resolved.name);
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      unreadable.add(name);
    }
  };
  const owner = await home.owner();
  const mine = containers.filter((container) => container.labels[labels.owner] === owner);
  for (const { labels: found } of mine) {
    const state = await readProjectState(home, found[labels.project] ?? '');
    await ask(found[labels.folder] ?? '', state.template, found[labels.template] ?? '');
  }
  for (const folder of new Set([...folders, homedir()])) {
    for (const { origin, name, file } of await templates.list(folders.includes(folder) ? folder : undefined)) {
      await ask(folder, origin === 'built-in' ? name : file, name);
    }
    if (folders.includes(folder)) await ask(folder, undefined, '');
  }
  return { images, read, unreadable };
}
