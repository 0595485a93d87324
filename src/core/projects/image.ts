import type { BuildRequest } from '../engine/image-requests';
import type { Engine } from '../engine/types';
import { withTag } from '../engine/image-reference';
import { withLock } from '../lock';
import type { Progress } from '../log';
import { labelSchema, labels } from '../model';
import { certificatesText, loginText } from '../templates/image/prebuilt';
import type { ImagePlan, Templates } from '../templates/types';
import type { Desired } from './desired';
import { fetchSource, type SourceRequest } from './image-source';
import { lockPath, readLock, type LockOptions } from './lock-file';
import type { BuildResult } from './types';

export interface ImageOptions extends LockOptions {
  readonly noCache?: boolean;
  /** Builds although it is there, from what the builder's cache still has: its base image is another one by now. */
  readonly again?: boolean;
}

export interface ImageRequest extends Pick<SourceRequest, 'engine' | 'home'> {
  readonly templates: Pick<Templates, 'ownDockerfile' | 'plan'>;
  readonly desired: Desired;
  /** Berth's own, for the label. */
  readonly version: string;
}

/** An image that is there, and the plan it was made by: a look at the engine may have told more than the template alone. */
export interface ReadyImage {
  readonly built: BuildResult;
  readonly plan: ImagePlan;
}

/**
 * Sees to it that the image of a template is there: its tag is the fingerprint of all that it depends on, so one that has
 * it is never built again. Builds of one fingerprint wait for each other, whichever process they are in, and share what
 * the first one makes.
 */
export async function ensureImage(
  request: ImageRequest,
  options: ImageOptions,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ReadyImage> {
  const { engine, desired } = request;
  const anew = options.noCache === true || options.again === true;
  const asksMore = anew || options.lock === true || options.frozen === true;
  if (!asksMore && (await isToldByTag(desired))) {
    const there = await engine.inspectImage(desired.image.tag, signal);
    if (there !== null) return ready(desired, desired.image, there.id, true);
  }
  const plan = await fetchPlan(request, options, progress, signal);
  if (plan.prebuilt === true) {
    const there = await engine.inspectImage(plan.tag, signal);
    return ready(desired, plan, there?.id ?? plan.tag, true);
  }
  const there = anew ? null : await engine.inspectImage(plan.tag, signal);
  if (there !== null) return ready(desired, plan, there.id, true);
  return shareBuild(request, plan, options, progress, signal);
}

/**
 * Whether the tag alone tells that an image is as it should be: not where its own tag may mean another one by now, nor
 * where the lock file has still to learn of its base.
 */
export async function isToldByTag({ resolved, folder }: Desired): Promise<boolean> {
  const { images } = await readLock(lockPath(resolved, folder));
  if (images === null) return resolved.spec.image === undefined;
  const locked = images[resolved.spec.base_image ?? ''];
  return locked !== undefined && 'digest' in locked;
}

/** Holds a container that is there already against the lock file, or writes that. @throws BerthError `lock_outdated` */
export async function settleLock(
  request: ImageRequest,
  options: LockOptions,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  if (options.lock === true || options.frozen === true) await fetchPlan(request, options, progress, signal);
}

/** Gives an image a registry's name and sends it there. @returns what to tell of it */
export async function pushBuilt(
  engine: Engine,
  built: BuildResult,
  to: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<BuildResult> {
  const reference = withTag(to);
  await engine.tagImage(built.image, reference, signal);
  return { ...built, pushed: { reference, digest: await engine.pushImage(reference, progress, signal) } };
}

function ready({ resolved }: Desired, plan: ImagePlan, image: string, reused: boolean): ReadyImage {
  return { plan, built: { template: resolved.name, tag: plan.tag, image, reused } };
}

async function fetchPlan(
  { desired, templates, ...rest }: ImageRequest,
  options: LockOptions,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<ImagePlan> {
  const { resolved, target, folder } = desired;
  const source = await fetchSource({ ...rest, templates, resolved, target, folder }, options, progress, signal);
  return templates.plan(resolved, target, source);
}

/** Builds what was planned, unless it is there. */
export async function ensurePlanned(
  request: ImageRequest,
  plan: ImagePlan,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ReadyImage> {
  return shareBuild(request, plan, {}, progress, signal);
}

/** Under the fingerprint's lock; what another process has built meanwhile is taken. */
async function shareBuild(
  request: ImageRequest,
  plan: ImagePlan,
  options: ImageOptions,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<ReadyImage> {
  const { engine, desired, home } = request;
  let waited = false;
  const wait = () => {
    waited = true;
    progress({ kind: 'notice', message: 'Another process builds this image already; waiting for it.' });
  };
  const work = async () => {
    const anew = options.noCache === true || options.again === true;
    const there = anew && !waited ? null : await engine.inspectImage(plan.tag, signal);
    if (there !== null) return ready(desired, plan, there.id, true);
    return ready(desired, plan, await build(request, plan, options, progress, signal), false);
  };
  const name = `image-${engine.info.id}-${plan.fingerprint.slice(0, 12)}`;
  return withLock(home.locksDir, name, work, signal, wait);
}

async function build(
  { engine, desired, version, home }: ImageRequest,
  plan: ImagePlan,
  { noCache = false }: ImageOptions,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { resolved, target } = desired;
  // Names that every builder knows without being told: they are in no image and no fingerprint.
  const proxies = await engine.proxies();
  const certificates = certificatesText(target);
  const request: BuildRequest = {
    tag: plan.tag,
    dockerfile: plan.dockerfile,
    context: plan.context,
    buildArgs: { ...proxies, ...plan.buildArgs },
    labels: {
      [labels.schema]: labelSchema,
      // Who may clear it away again: an engine can be shared.
      [labels.owner]: await home.owner(),
      [labels.template]: resolved.name,
      [labels.fingerprint]: plan.fingerprint,
      [labels.version]: version,
      [labels.login]: loginText(resolved.spec, target),
      ...(certificates === '' ? {} : { [labels.certificates]: certificates }),
    },
    noCache,
    bases: [plan.baseImage],
  };
  const { own } = plan;
  if (own === undefined) return engine.buildImage(request, progress, signal);
  const first: BuildRequest = {
    tag: own.tag,
    dockerfile: own.dockerfile,
    dockerfileName: own.name,
    context: [],
    folder: own.folder,
    buildArgs: { ...proxies, ...own.buildArgs },
    labels: {},
    noCache,
    bases: own.bases,
  };
  // The image of the user's own Dockerfile has a name only as long as it takes to lay Berth's layers upon it.
  return withLock(
    home.locksDir,
    `image-${engine.info.id}-${own.fingerprint.slice(0, 12)}`,
    async () => {
      await engine.buildImage(first, progress, signal);
      try {
        return await engine.buildImage(request, progress, signal);
      } finally {
        await engine.removeImage(own.tag);
      }
    },
    signal,
  );
}
