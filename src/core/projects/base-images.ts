import type { Engine, ImageDetail } from '../engine/types';
import { atDigest, parseReference, repositoryOf } from '../engine/image-reference';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { Progress } from '../log';
import type { LockedImage, LockedImages } from '../templates/types';
import { addToLock, notFrozen, type LockFile, type LockOptions } from './lock-file';

/** A base image as it is to be used. */
export interface Pinned {
  /** What a Dockerfile names: the reference as written, or the same by its digest. */
  readonly from: string;
  /** The engine's id, where the lock file pins it by that and no name can. */
  readonly identity?: string;
}

/** How images are pinned by a lock file alone, without a look at the engine. Pure. */
export function pinsOf(images: LockedImages | null, names: readonly string[], platform: string): Map<string, Pinned> {
  return new Map(names.map((name) => [name, pinOf(name, images?.[name], platform)]));
}

function pinOf(name: string, locked: LockedImage | undefined, platform: string): Pinned {
  if (locked === undefined || isPinned(name)) return { from: name };
  if ('digest' in locked) return { from: atDigest(name, locked.digest) };
  const identity = locked.ids[platform];
  return identity === undefined ? { from: name } : { from: name, identity };
}

/** Whether a reference says which image it is itself. */
function isPinned(name: string): boolean {
  return parseReference(name).digest !== undefined;
}

/** `linux/amd64`: what an image's id holds for. */
export function platformOf({ info }: Pick<Engine, 'info'>): string {
  return `${info.os}/${info.arch}`;
}

interface Fetching {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly lock: LockFile;
  readonly options: LockOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sees to it that base images are on the engine, by their digests where there is a lock file, and that the lock file
 * knows them. @throws BerthError `image_not_found`, `registry_denied`, `lock_outdated`
 */
export async function fetchBases(work: Fetching, names: readonly string[]): Promise<Map<string, Pinned>> {
  const { engine, lock, options, home } = work;
  if (options.frozen === true && lock.images === null) throw notFrozen(lock.file, `There is no lock file ${lock.file}`);
  const writes = options.frozen !== true && (options.lock === true || lock.images !== null);
  const found: Record<string, LockedImage> = {};
  for (const name of names) {
    if (isPinned(name)) await ensure(work, name);
    else if (options.lock === true) found[name] = await newest(work, name);
    else {
      const locked = await known(work, name, lock.images?.[name], writes);
      if (locked !== undefined) found[name] = locked;
    }
  }
  if (writes && Object.keys(found).length > 0) await addToLock(home, lock.file, found);
  return pinsOf({ ...lock.images, ...found }, names, platformOf(engine));
}

/** An image that is used as it is locked. @returns what the lock file has to learn */
async function known(
  work: Fetching,
  name: string,
  locked: LockedImage | undefined,
  writes: boolean,
): Promise<LockedImage | undefined> {
  const { engine, options, progress, lock } = work;
  if (locked === undefined) {
    if (options.frozen === true) throw notFrozen(lock.file, `The lock file has no entry for ${name}`);
    const detail = await ensure(work, name);
    return writes ? lockedAs(work, name, detail) : undefined;
  }
  if ('digest' in locked) {
    await ensure(work, atDigest(name, locked.digest));
    return undefined;
  }
  const detail = await ensure(work, name);
  const id = locked.ids[platformOf(engine)];
  if (id === detail.id) return undefined;
  if (options.frozen === true) {
    const why =
      id === undefined
        ? `The lock file has no id of ${name} for ${platformOf(engine)}`
        : `The image ${name} is not the one of the lock file`;
    throw notFrozen(lock.file, why);
  }
  if (id !== undefined) {
    progress({ kind: 'notice', message: `The image ${name} is another than before; the lock file follows it.` });
  }
  return { ids: { ...locked.ids, [platformOf(engine)]: detail.id } };
}

/** The newest image of a name: its registry's, else the one that is only here. */
async function newest(work: Fetching, name: string): Promise<LockedImage> {
  const { engine, progress, signal } = work;
  const here = await engine.inspectImage(name, signal);
  // One without a digest never came from a registry.
  if (here === null || here.digests.length > 0) {
    try {
      await engine.pullImage(name, progress, signal);
    } catch (error) {
      if (here === null || !(error instanceof BerthError)) throw error;
      progress({ kind: 'notice', message: `${error.message} The image that is here is locked.` });
    }
  }
  return lockedAs(work, name, await ensure(work, name));
}

function lockedAs({ engine, progress }: Fetching, name: string, detail: ImageDetail): LockedImage {
  const repository = repositoryOf(name);
  const digest = detail.digests.find((reference) => repositoryOf(reference) === repository);
  const sum = digest === undefined ? undefined : parseReference(digest).digest;
  if (sum !== undefined) return { digest: sum };
  const message = `${name} came from no registry, so the lock file names it by its id: other machines need the very same image.`;
  progress({ kind: 'notice', message });
  return { ids: { [platformOf(engine)]: detail.id } };
}

async function ensure({ engine, progress, signal }: Fetching, reference: string): Promise<ImageDetail> {
  const here = await engine.inspectImage(reference, signal);
  if (here !== null) return here;
  // A build would pull it too, but without saying so, and a missing one would be told as a failed build.
  await engine.pullImage(reference, progress, signal);
  const pulled = await engine.inspectImage(reference, signal);
  if (pulled !== null) return pulled;
  throw new BerthError('image_not_found', `The image ${reference} was pulled and is gone already.`);
}
