import type { ContainerSummary, Engine, EngineConnection, ImageLayer, ImageSummary } from '../engine/types';
import { BerthError, isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import { labels } from '../model';
import type { Templates } from '../templates/types';
import { builtByBerth, freedBytes, hasBerthLabels, isBerthTag, outdatedReason } from './image-verdicts';
import { wantedBy } from './image-wanted';
import { pruneMemories } from './prune-memories';

/** A container made from an image, running or not, Berth's or not. */
export interface ImageUser {
  readonly container: string;
  /** The project's name; null where the container is none of a project. */
  readonly project: string | null;
}

/** An image that Berth built for this user, or that a container of theirs is made from. */
export interface BerthImage {
  /** The engine's id. */
  readonly id: string;
  /** Empty for one that lost its name to a newer build. */
  readonly tags: readonly string[];
  /** The name of the template that it was built from. */
  readonly template: string;
  readonly fingerprint: string;
  /** The version of Berth that built it. */
  readonly version: string;
  /** ISO 8601. */
  readonly created: string;
  /** All its layers, those that it shares with others too. */
  readonly sizeBytes: number;
  readonly usedBy: readonly ImageUser[];
  /** Why it is no longer what its template asks for; null where it is, or where that cannot be told. */
  readonly outdated: string | null;
  readonly layers: readonly ImageLayer[];
}

/** What a prune would take, and what it would leave. */
export interface PrunePlan {
  readonly goes: readonly BerthImage[];
  readonly stays: readonly BerthImage[];
  readonly freedBytes: number;
  /** How much goes with a part of `goes`, given by ids. */
  freedBy(ids: ReadonlySet<string>): number;
}

export interface PruneResult {
  readonly removed: readonly BerthImage[];
  /** What was to go and is still there, with the reason. */
  readonly kept: readonly { readonly image: BerthImage; readonly why: string }[];
  readonly freedBytes: number;
}

/** The images that Berth built on this engine for this user. */
export interface Images {
  /**
   * All of them, the newest first. What is outdated is judged by the templates of this user, of the projects that have a
   * container, and of `folders` (absolute paths).
   */
  list(folders: readonly string[], signal?: AbortSignal): Promise<BerthImage[]>;
  /** What a prune would take: see {@link goesAway}. Changes nothing. */
  planPrune(options: PruneOptions, signal?: AbortSignal): Promise<PrunePlan>;
  /** Removes some of a plan's images, and what is remembered of builds that are gone or old; one that came into use meanwhile stays. */
  prune(plan: PrunePlan, ids: ReadonlySet<string>, signal?: AbortSignal): Promise<PruneResult>;
}

export interface PruneOptions {
  readonly folders: readonly string[];
  /** Those too that a template still asks for and no container uses. */
  readonly all: boolean;
}

/** Pure: whether a prune takes an image: never one in use, nor one that somebody gave a name of their own. */
export function goesAway(
  { usedBy, tags, outdated }: Pick<BerthImage, 'usedBy' | 'tags' | 'outdated'>,
  all: boolean,
): boolean {
  return usedBy.length === 0 && tags.every(isBerthTag) && (all || outdated !== null);
}

export interface ImagesContext {
  readonly home: BerthHome;
  readonly connection: EngineConnection;
  readonly templates: Templates;
}

export function createImages(context: ImagesContext): Images {
  const { connection } = context;
  const list = async (folders: readonly string[], signal?: AbortSignal): Promise<BerthImage[]> =>
    look(context, await connection.get(signal), folders, signal);
  return {
    list,
    async planPrune({ folders, all }, signal) {
      const engine = await connection.get(signal);
      const images = await look(context, engine, folders, signal);
      const goes = await Promise.all(
        images
          .filter((image) => goesAway(image, all))
          .map(async (image) => ({
            ...image,
            layers: await engine.imageLayers(image.id, { sizes: true }, signal),
          })),
      );
      const others = (await engine.listImages({ labels: {} }, signal)).filter(({ id }) =>
        goes.every((one) => one.id !== id),
      );
      const held = goes.length === 0 ? [] : await layersOf(engine, others, signal);
      const freedBy = (ids: ReadonlySet<string>): number =>
        freedBytes(
          goes.filter(({ id }) => ids.has(id)),
          [...held, ...goes.filter(({ id }) => !ids.has(id))],
        );
      const going = new Set(goes.map(({ id }) => id));
      return { goes, stays: images.filter(({ id }) => !going.has(id)), freedBytes: freedBy(going), freedBy };
    },
    async prune(plan, ids, signal) {
      const engine = await connection.get(signal);
      const removed: BerthImage[] = [];
      const kept: { image: BerthImage; why: string }[] = [];
      const inUse = await users(engine, signal);
      for (const image of plan.goes.filter(({ id }) => ids.has(id))) {
        const why = inUse.has(image.id) ? 'a container uses it now' : await removeOne(engine, image, signal);
        if (why === null) removed.push(image);
        else kept.push({ image, why });
      }
      const tags = new Set(removed.flatMap((image) => image.tags));
      await pruneMemories(context.home, { engine: engine.info.endpoint.url, tags });
      return { removed, kept, freedBytes: plan.freedBy(new Set(removed.map(({ id }) => id))) };
    },
  };
}

/** @returns why it is still there; null where it is gone */
async function removeOne(engine: Engine, image: BerthImage, signal?: AbortSignal): Promise<string | null> {
  try {
    for (const tag of image.tags) {
      // A build may have given the name to a newer image meanwhile.
      const now = await engine.inspectImage(tag, signal);
      if (now !== null && now.id !== image.id) return 'it was built anew meanwhile';
      await engine.removeImage(tag, signal);
    }
    if (image.tags.length === 0) await engine.removeImage(image.id, signal);
    return null;
  } catch (error) {
    if (isCancelled(error) || (error instanceof BerthError && error.code === 'engine_unreachable')) throw error;
    return messageOf(error);
  }
}

async function look(
  context: ImagesContext,
  engine: Engine,
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<BerthImage[]> {
  const [listed, containers] = await Promise.all([
    engine.listImages({ labels: { [labels.fingerprint]: '' } }, signal),
    engine.listContainers({ labels: {} }, signal),
  ]);
  const owner = await context.home.owner();
  const mine = new Set(
    containers.filter(({ labels: found }) => found[labels.owner] === owner).map(({ imageId }) => imageId),
  );
  const built = builtByBerth(await layersOf(engine, listed.filter(hasBerthLabels), signal));
  // Those of somebody else on a shared engine are theirs to clear away.
  const ours = built.filter(({ id, labels: found }) => mine.has(id) || found[labels.owner] === owner);
  if (ours.length === 0) return [];
  const wanted = await wantedBy(context, engine, containers, folders);
  const bases = new Map(
    await Promise.all(
      [...new Set(wanted.images.values())].map(
        async (base) => [base, await engine.imageLayers(base, { sizes: false }, signal)] as const,
      ),
    ),
  );
  return ours
    .map((image) => {
      const facts = {
        id: image.id,
        tags: image.tags,
        template: image.labels[labels.template] ?? '',
        fingerprint: image.labels[labels.fingerprint] ?? '',
        version: image.labels[labels.version] ?? '',
        created: image.created,
        sizeBytes: image.sizeBytes,
        usedBy: containers.filter(({ imageId }) => imageId === image.id).map(userOf),
        layers: image.layers,
      };
      return { ...facts, outdated: outdatedReason(facts, wanted, bases) };
    })
    .sort((a, b) => b.created.localeCompare(a.created) || a.id.localeCompare(b.id));
}

function userOf(container: ContainerSummary): ImageUser {
  const project = container.labels[labels.project] === undefined ? undefined : container.labels[labels.name];
  return { container: container.name, project: project ?? null };
}

async function users(engine: Engine, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  return new Set((await engine.listContainers({ labels: {} }, signal)).map(({ imageId }) => imageId));
}

/** The same images with their layers; some at a time, since an engine may have hundreds. */
async function layersOf<T extends ImageSummary>(
  engine: Engine,
  images: readonly T[],
  signal?: AbortSignal,
): Promise<(T & { readonly layers: readonly ImageLayer[] })[]> {
  const made: (T & { readonly layers: readonly ImageLayer[] })[] = [];
  for (let at = 0; at < images.length; at += 16) {
    const some = images.slice(at, at + 16);
    const read = (image: T) => engine.imageLayers(image.id, { sizes: false }, signal);
    const layers = await Promise.all(some.map(read));
    made.push(...some.map((image, index) => ({ ...image, layers: layers[index] ?? [] })));
  }
  return made;
}
