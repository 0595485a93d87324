import type { ImageLayer, ImageSummary } from '../engine/types';
import { labelSchema, labels } from '../model';

/** What the templates that are known here ask for now. */
export interface Wanted {
  /** The base image that each wanted one is built on, by {@link wantedKey}. */
  readonly images: ReadonlyMap<string, string>;
  /** Names of the templates that were read. */
  readonly read: ReadonlySet<string>;
  /** Names of those that could not be read, of which nothing can be said. */
  readonly unreadable: ReadonlySet<string>;
}

/** Two templates may come to one fingerprint, but each has an image of its own name. */
export function wantedKey(template: string, fingerprint: string): string {
  return `${template}:${fingerprint}`;
}

/** Whether a name is one that Berth gives. Podman puts `localhost/` before a name without a registry. */
export function isBerthTag(tag: string): boolean {
  return /^(?:localhost\/)?berth\//.test(tag);
}

/** Whether an image's labels are Berth's. An image that somebody built on one of Berth's inherits them, so names count too. */
export function hasBerthLabels({ labels: found }: Pick<ImageSummary, 'labels'>): boolean {
  return found[labels.schema] === labelSchema && /^[0-9a-f]{64}$/.test(found[labels.fingerprint] ?? '');
}

/**
 * Those of the listed images that Berth built. One has a name that Berth gives; one that lost its name to a newer build of
 * the same fingerprint has as many layers as that. What somebody built on one of Berth's is neither. Pure.
 */
export function builtByBerth<
  T extends Pick<ImageSummary, 'labels' | 'tags'> & { readonly layers: readonly ImageLayer[] },
>(images: readonly T[]): T[] {
  const labelled = images.filter(hasBerthLabels);
  const named = labelled.filter(({ tags }) => tags.some(isBerthTag));
  return labelled.filter(
    (image) =>
      named.includes(image) ||
      (image.tags.length === 0 &&
        named.some(
          (other) =>
            other.labels[labels.fingerprint] === image.labels[labels.fingerprint] &&
            other.layers.length === image.layers.length,
        )),
  );
}

/** Why an image is not what its template asks for now; null where it is, or where that cannot be told. Pure. */
export function outdatedReason(
  image: {
    readonly tags: readonly string[];
    readonly template: string;
    readonly fingerprint: string;
    readonly layers: readonly ImageLayer[];
  },
  wanted: Wanted,
  /** The layers of base images as they are now, by name. */
  bases: ReadonlyMap<string, readonly ImageLayer[]>,
): string | null {
  if (image.tags.length === 0) return 'replaced by a newer build';
  const base = wanted.images.get(wantedKey(image.template, image.fingerprint));
  if (base !== undefined) {
    const under = bases.get(base) ?? [];
    const same = under.every(({ digest }, index) => image.layers[index]?.digest === digest);
    return same ? null : `its base image ${base} changed`;
  }
  if (wanted.unreadable.has(image.template)) return null;
  return wanted.read.has(image.template) ? 'its template changed' : 'no template asks for it';
}

interface Layered {
  readonly sizeBytes: number;
  readonly layers: readonly ImageLayer[];
}

/**
 * How many bytes go with some images: those of layers that no other image has. Where the engine does not tell the sizes
 * of layers, an image counts whole. What the engine's build cache holds on to goes only with that. Pure.
 */
export function freedBytes(goes: readonly Layered[], stays: readonly Pick<Layered, 'layers'>[]): number {
  const held = new Set(stays.flatMap(({ layers }) => chain(layers)));
  let bytes = 0;
  for (const { layers, sizeBytes } of goes) {
    if (layers.length === 0 || layers.some((layer) => layer.sizeBytes === null)) {
      bytes += sizeBytes;
      continue;
    }
    for (const [index, name] of chain(layers).entries()) {
      if (held.has(name)) continue;
      held.add(name);
      bytes += layers[index]?.sizeBytes ?? 0;
    }
  }
  return bytes;
}

/** A layer is shared only together with all that lie under it. */
function chain(layers: readonly ImageLayer[]): string[] {
  let under = '';
  return layers.map(({ digest }) => (under += `/${digest.replace(/^sha256:/, '').slice(0, 32)}`));
}
