import type Docker from 'dockerode';
import type { Api } from './api';
import { statusOf } from './failures';
import { imagePath } from './image-reference';
import type { ImageLayer } from './types';

/** What an image is made of, from its base up; empty for one that is not there. */
export async function imageLayers(
  api: Api,
  reference: string,
  sizes: boolean,
  signal?: AbortSignal,
): Promise<ImageLayer[]> {
  const read = (what: string) =>
    api.json('GET', `${imagePath(reference)}/${what}`, {
      doing: `look at the layers of ${reference}`,
      signal,
      own: [404],
    });
  try {
    const [found, history] = await Promise.all([read('json'), sizes ? read('history') : []]);
    const digests = (found as Docker.ImageInspectInfo).RootFS.Layers ?? [];
    const weights = layerSizes(history as HistoryEntry[], digests.length);
    return digests.map((digest, index) => ({ digest, sizeBytes: weights?.[index] ?? null }));
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

/** One step of an image's making, as the engine tells it: the newest first. */
export interface HistoryEntry {
  readonly CreatedBy: string;
  readonly Size: number;
}

/** Steps that only note something in the image's settings and make no layer. */
const noLayer =
  /^(?:\/bin\/sh -c )?(?:#\(nop\)\s+)?(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b/;

/**
 * Pure: the sizes of an image's layers, the base's first. The engine tells sizes by step and digests by layer, and steps
 * without a layer only by having no size: the two are brought together where their numbers agree, else null is given.
 */
export function layerSizes(history: readonly HistoryEntry[], layers: number): readonly number[] | null {
  const steps = [...history].reverse();
  const weighty = steps.filter(({ Size }) => Size > 0);
  if (weighty.length === layers) return weighty.map(({ Size }) => Size);
  const making = steps.filter(({ Size, CreatedBy }) => Size > 0 || !noLayer.test(CreatedBy));
  return making.length === layers ? making.map(({ Size }) => Size) : null;
}
