import { createClient } from './client';
import { imagePath } from './image-reference';
import { markOf } from './known';

/** What one request tells of an image and of the engine that has it. */
export interface Glance {
  /** See {@link markOf}. */
  readonly mark: string;
  /** The engine's id of the image. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where to look: an engine's local socket as a URL, and the API version that was agreed on. */
export interface GlanceAt {
  readonly url: string;
  readonly apiVersion: string;
}

/**
 * Looks at an image by a single request, without making the engine's acquaintance first. Null where that tells nothing for
 * sure: the image is not there, the engine is not, it says no version, or it takes longer than the signal allows.
 */
export async function glanceAtImage(at: GlanceAt, tag: string, signal: AbortSignal): Promise<Glance | null> {
  const client = await createClient({ url: at.url, source: 'an earlier build' }, at.apiVersion);
  try {
    const answer = await client.request({ method: 'GET', path: `${imagePath(tag)}/json`, headers: {}, signal });
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const image = JSON.parse(Buffer.concat(parts).toString()) as Inspected;
    const mark = markOf(answer);
    return mark === null ? null : { mark, id: image.Id, labels: image.Config?.Labels ?? {} };
  } catch {
    return null; // Whoever asks goes the long way then, where every failure is told.
  } finally {
    client.dispose();
  }
}

/** The part of the engine's answer that is used here. */
interface Inspected {
  readonly Id: string;
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}
