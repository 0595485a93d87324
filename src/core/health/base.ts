import type { ContainerDetail, Engine, ImageLayer } from '../engine/types';
import { repositoryOf } from '../engine/image-reference';
import { specAtMaking } from '../projects/made-spec';

/** Milliseconds for which it is believed that an image's name still stands for the same image, here and in its registry. */
const believedMs = { here: 10 * 60_000, registry: 6 * 3_600_000 };

/**
 * Tells whether a container's image is still built on what its base image's name stands for on this engine. An image's
 * layers are asked for once; what a name stands for is asked anew after ten minutes, or when an event says that images
 * changed. A registry is asked only by {@link BaseImages.newerInRegistry}, every six hours.
 */
export class BaseImages {
  readonly #layers = new Map<string, readonly ImageLayer[]>();
  readonly #registry = new Map<string, { readonly at: number; readonly digest: Promise<string | null> }>();
  readonly #names = new Map<string, { readonly at: number; readonly layers: Promise<readonly ImageLayer[]> }>();

  /** Names may stand for other images from now on. */
  changed(): void {
    this.#names.clear();
  }

  /**
   * The base image that has become another since a container's image was made of it; null where none has. `asked`: what
   * the template would be built on now, by its digest where a lock file says so; read only where the name says otherwise.
   */
  async newer(
    engine: Pick<Engine, 'imageLayers'>,
    container: Pick<ContainerDetail, 'imageId' | 'labels'>,
    asked: () => Promise<string | null>,
    steady: number,
    signal?: AbortSignal,
  ): Promise<string | null> {
    const base = baseOf(container);
    const image = container.imageId;
    if (base === null || !(await this.isAnother(engine, image, base, steady, signal))) return null;
    const now = await asked();
    // One that the template does not name any more is told as a change of the template.
    if (now === null || !(now === base || isDigestOf(base, now))) return null;
    return (await this.isAnother(engine, image, now, steady, signal)) ? base : null;
  }

  /** True where the image under it is another; false too where that cannot be told, as where the base is not on the engine. */
  async isAnother(
    engine: Pick<Engine, 'imageLayers'>,
    image: string,
    base: string,
    steady: number,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const [own, under] = [await this.#of(engine, image, signal), await this.#named(engine, base, steady, signal)];
    return own.length > 0 && !isBuiltOn(own, under);
  }

  /**
   * A container's base image where its registry has another one under its name than the engine; null where it has not,
   * where that cannot be told, and where the template asks for a fixed one.
   */
  async newerInRegistry(
    engine: Pick<Engine, 'inspectImage' | 'registryDigest'>,
    container: Pick<ContainerDetail, 'labels'>,
    asked: () => Promise<string | null>,
    steady: number,
    signal?: AbortSignal,
  ): Promise<string | null> {
    const base = baseOf(container);
    if (base === null || base.includes('@') || (await asked()) !== base) return null;
    const known = this.#registry.get(base);
    const digest =
      known !== undefined && steady - known.at < believedMs.registry
        ? known.digest
        : engine.registryDigest(base, signal);
    if (digest !== known?.digest) {
      this.#registry.set(base, { at: steady, digest });
      // Given up, and not answered.
      digest.catch(() => this.#registry.delete(base));
    }
    const there = await digest;
    return isOutdated(base, (await engine.inspectImage(base, signal))?.digests ?? [], there) ? base : null;
  }

  async #of(engine: Pick<Engine, 'imageLayers'>, image: string, signal?: AbortSignal): Promise<readonly ImageLayer[]> {
    const known = this.#layers.get(image);
    if (known !== undefined) return known;
    const layers = await engine.imageLayers(image, { sizes: false }, signal);
    this.#layers.set(image, layers);
    return layers;
  }

  #named(
    engine: Pick<Engine, 'imageLayers'>,
    name: string,
    steady: number,
    signal?: AbortSignal,
  ): Promise<readonly ImageLayer[]> {
    const known = this.#names.get(name);
    if (known !== undefined && steady - known.at < believedMs.here) return known.layers;
    const layers = engine.imageLayers(name, { sizes: false }, signal);
    this.#names.set(name, { at: steady, layers });
    // A failure must not be remembered.
    layers.catch(() => this.#names.delete(name));
    return layers;
  }
}

/** Whether an image has all of another's layers at its bottom. Pure. */
export function isBuiltOn(
  image: readonly Pick<ImageLayer, 'digest'>[],
  base: readonly Pick<ImageLayer, 'digest'>[],
): boolean {
  return base.every(({ digest }, index) => image[index]?.digest === digest);
}

/**
 * Whether a registry has another image under a name than the one here, by the digests that the engine knows the latter by.
 * Not where it came from no registry, or the registry said nothing. Pure.
 */
export function isOutdated(name: string, digests: readonly string[], there: string | null): boolean {
  const own = digests.filter((digest) => repositoryOf(digest) === repositoryOf(name));
  return there !== null && own.length > 0 && own.every((digest) => !digest.endsWith(`@${there}`));
}

function baseOf(container: Pick<ContainerDetail, 'labels'>): string | null {
  const { base_image, image } = specAtMaking(container);
  const base = base_image ?? image;
  return typeof base === 'string' ? base : null;
}

/** Whether a reference by digest is of the repository that another names by its tag. */
function isDigestOf(base: string, reference: string): boolean {
  return reference.includes('@') && repositoryOf(base) === repositoryOf(reference);
}
