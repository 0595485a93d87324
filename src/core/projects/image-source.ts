import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { Progress } from '../log';
import type { ImageSource, ImageTarget, Pins, ResolvedTemplate, Templates } from '../templates/types';
import { fetchBases, pinsOf, platformOf, type Pinned } from './base-images';
import { lockPath, readLock, type LockOptions } from './lock-file';
import { lacksOf } from './prebuilt';

type Reader = Pick<Templates, 'ownDockerfile'>;

/**
 * What a template's image is laid upon, as far as files and what is on the engine tell: nothing is fetched, run or
 * written. Without an engine, as an engine of this machine's kind would have it.
 * @throws BerthError `lock_invalid`, `template_invalid`
 */
export async function lookAtSource(
  templates: Reader,
  engine: Engine | null,
  resolved: ResolvedTemplate,
  folder: string,
): Promise<ImageSource> {
  const { images } = await readLock(lockPath(resolved, folder));
  const platform = engine === null ? '' : platformOf(engine);
  const { image } = resolved.spec;
  if (image === undefined) {
    return sourceOf(templates, resolved, folder, (names) => Promise.resolve(pinsOf(images, names, platform)));
  }
  const from = pinsOf(images, [image], platform).get(image)?.from ?? image;
  const id = (await engine?.inspectImage(from))?.id ?? null;
  return { kind: 'prebuilt', from, id, lacks: { tools: true, user: true, certificates: true } };
}

export interface SourceRequest {
  readonly templates: Reader;
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly resolved: ResolvedTemplate;
  readonly target: ImageTarget;
  readonly folder: string;
}

/**
 * The same for a build: what is missing is fetched, a prebuilt image is looked into, and the lock file learns what it does
 * not know yet. @throws BerthError `image_not_found`, `registry_denied`, `lock_invalid`, `lock_outdated`, `image_unusable`
 */
export async function fetchSource(
  { templates, engine, home, resolved, target, folder }: SourceRequest,
  options: LockOptions,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ImageSource> {
  const lock = await readLock(lockPath(resolved, folder));
  const fetch = (names: readonly string[]) => fetchBases({ engine, home, lock, options, progress, signal }, names);
  const { image } = resolved.spec;
  if (image === undefined) return sourceOf(templates, resolved, folder, fetch);
  const { from = image, identity } = (await fetch([image])).get(image) ?? {};
  const detail = await engine.inspectImage(identity ?? from, signal);
  if (detail === null) throw new BerthError('image_not_found', `The image ${image} is gone from the engine.`);
  const lacks = await lacksOf(engine, home, detail, resolved, target, signal);
  return { kind: 'prebuilt', from, id: detail.id, lacks };
}

/** For a template that has something built. `pin`: says by which names its bases are used. */
async function sourceOf(
  templates: Reader,
  resolved: ResolvedTemplate,
  folder: string,
  pin: (names: readonly string[]) => Promise<Map<string, Pinned>>,
): Promise<ImageSource> {
  const { base_image: base } = resolved.spec;
  if (base !== undefined) return { kind: 'base', from: base, ...(await pin([base])).get(base) };
  const own = await templates.ownDockerfile(resolved, folder);
  const pinned = await pin(own.bases);
  const pins = pinsFor(pinned);
  return { kind: 'dockerfile', own: pins === null ? own : await templates.ownDockerfile(resolved, folder, pins) };
}

function pinsFor(pinned: Map<string, Pinned>): Pins | null {
  const names = new Map([...pinned].flatMap(([name, { from }]) => (from === name ? [] : [[name, from] as const])));
  const identities = [...pinned.values()].flatMap(({ identity }) => (identity === undefined ? [] : [identity]));
  return names.size === 0 && identities.length === 0 ? null : { names, identities };
}
