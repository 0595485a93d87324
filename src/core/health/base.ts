import type { ContainerDetail, Engine, ImageLayer } from '../engine/types';
import { repositoryOf } from '../engine/image-reference';
import { specAtMaking } from '../projects/made-spec';

/** Milliseconds for which it is believed that an image's name still stands for the same image. */
const believedMs = 10 * 60_000;

/**
 * Tells whether a container's image is still built on what its base image's name stands for on this engine. An image's
 * layers are asked for once; what a name stands for is asked anew after ten minutes, or when an event says that images
 * changed. No registry is asked.
 */
export class BaseImages {
  readonly #layers = new Map<string, readonly ImageLayer[]>();
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
    if (known !== undefined && steady - known.at < believedMs) return known.layers;
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

function baseOf(container: Pick<ContainerDetail, 'labels'>): string | null {
  const { base_image, image } = specAtMaking(container);
  const base = base_image ?? image;
  return typeof base === 'string' ? base : null;
}

/** Whether a reference by digest is of the repository that another names by its tag. */
function isDigestOf(base: string, reference: string): boolean {
  return reference.includes('@') && repositoryOf(base) === repositoryOf(reference);
}
