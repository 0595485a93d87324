import type { Glance, GlanceAt } from '../engine/glance';
import { labels } from '../model';

/** That a template's image was up to date, and all that this rested upon. */
export interface BuildMemory {
  /** What was asked, by whom, with which settings; compared as a whole. */
  readonly question: string;
  readonly engine: GlanceAt & Pick<Glance, 'mark'>;
  /** `uid:gid` of the folder's owner, whom the image is for; empty where the machine does not tell. */
  readonly owner: string;
  /** Every path that was read or looked for, as it was found: see {@link Stamp}. */
  readonly files: readonly (readonly [path: string, stamp: Stamp])[];
  readonly image: { readonly template: string; readonly tag: string; readonly fingerprint: string };
}

/**
 * A file's identity as far as its metadata tell, in one text: another one as soon as it is edited, replaced or linked
 * elsewhere. Null where nothing is there.
 */
export type Stamp = string | null;

/** How things are now, as far as this machine tells. */
export interface Now {
  readonly question: string;
  readonly url: string | null;
  readonly owner: string;
  readonly stamp: (path: string) => Stamp;
}

/** Why a memory does not hold. */
export type Distrust = 'asked otherwise' | 'another engine' | 'another owner' | 'a file changed';

/** Why nothing can be told from a memory; null where the engine alone has still to be asked. Looks at nothing else. */
export function distrust(memory: BuildMemory, now: Now): Distrust | null {
  if (memory.question !== now.question) return 'asked otherwise';
  if (memory.engine.url !== now.url) return 'another engine';
  if (memory.owner !== now.owner) return 'another owner';
  if (memory.files.some(([path, stamp]) => now.stamp(path) !== stamp)) return 'a file changed';
  return null;
}

/** Whether the engine still is the one of a memory, and has the image that its label says was built by the same plan. Pure. */
export function isThere({ engine, image }: BuildMemory, found: Glance | null): found is Glance {
  return found?.mark === engine.mark && found.labels[labels.fingerprint] === image.fingerprint;
}

/** Milliseconds in which a change may leave no trace: clocks of file systems tick as slowly as every two seconds. */
const tick = 2000;

/**
 * Whether what was read of a file can be told from what it becomes: not where it changed so shortly before it was read, or
 * after that, that a further edit could bear the same time. Pure.
 * @param changed when it last changed, in milliseconds since the epoch; null where it is not there
 * @param read when reading began
 */
export function isSettled(changed: number | null, read: number): boolean {
  return changed === null || changed < read - tick;
}
