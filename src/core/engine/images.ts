import type Docker from 'dockerode';
import type { Api } from './api';
import { environmentOf, labelsOf } from './container-shapes';
import { labelFilter } from './containers';
import { statusOf } from './failures';
import { imagePath, parseReference } from './image-reference';
import type { ImageDetail, ImageSummary } from './types';

/** All images with these labels; an empty value asks for the label alone. */
export async function listImages(
  api: Api,
  filter: { readonly labels: Readonly<Record<string, string>> },
  signal?: AbortSignal,
): Promise<ImageSummary[]> {
  const query = { filters: labelFilter(filter.labels) };
  const list = await api.json('GET', '/images/json', { doing: 'list the images', query, signal });
  return (list as Docker.ImageInfo[]).map((raw) => ({
    id: raw.Id,
    tags: realTags(raw.RepoTags),
    labels: labelsOf(raw.Labels),
    created: new Date(raw.Created * 1000).toISOString(),
    sizeBytes: raw.Size,
  }));
}

/** An image by its name or id; null where it is not on the engine. */
export async function inspectImage(api: Api, reference: string, signal?: AbortSignal): Promise<ImageDetail | null> {
  const doing = `inspect the image ${reference}`;
  try {
    const found = await api.json('GET', `${imagePath(reference)}/json`, { doing, signal, own: [404] });
    return imageDetail(found as Docker.ImageInspectInfo);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Already gone is no error. A tag is taken away, and the image with its last one. */
export async function removeImage(api: Api, reference: string, signal?: AbortSignal): Promise<void> {
  const doing = `remove the image ${reference}`;
  try {
    await api.json('DELETE', imagePath(reference), { doing, signal, own: [404] });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** Names an image `tag` too; one that had the name loses it. */
export async function tagImage(api: Api, reference: string, tag: string, signal?: AbortSignal): Promise<void> {
  const { name: repo, tag: word = 'latest' } = parseReference(tag);
  const query = { repo, tag: word };
  await api.json('POST', `${imagePath(reference)}/tag`, { doing: `tag the image as ${tag}`, query, signal });
}

function imageDetail(raw: Docker.ImageInspectInfo): ImageDetail {
  return {
    id: raw.Id,
    tags: realTags(raw.RepoTags),
    labels: labelsOf(raw.Config.Labels),
    created: new Date(raw.Created).toISOString(),
    sizeBytes: raw.Size,
    digests: realDigests(raw.RepoDigests),
    environment: environmentOf(raw.Config.Env),
    user: raw.Config.User,
    os: raw.Os,
    arch: raw.Architecture,
  };
}

/** A digest without a name stands where an image was pulled by digest and its tag is gone. */
function realDigests(digests: readonly string[] | null | undefined): string[] {
  return (digests ?? []).filter((digest) => !digest.startsWith('<none>@'));
}

/** The engine lists an image without a tag as `<none>:<none>`. */
function realTags(tags: readonly string[] | null | undefined): string[] {
  return (tags ?? []).filter((tag) => tag !== '<none>:<none>');
}
