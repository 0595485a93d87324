import type { Engine } from '../engine/types';
import type { Progress } from '../log';
import { labelSchema, labels } from '../model';
import type { Desired } from './desired';
import type { BuildResult } from './types';

/** Builds the image unless it is there: its tag is the fingerprint of all that it depends on. */
export async function ensureImage(
  engine: Engine,
  desired: Desired,
  options: { readonly noCache?: boolean },
  version: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<BuildResult> {
  const { image, resolved } = desired;
  const built = { template: resolved.name, tag: image.tag };
  const there = options.noCache === true ? null : await engine.inspectImage(image.tag, signal);
  if (there !== null) return { ...built, image: there.id, reused: true };
  // A build would pull it too, but without saying so, and a missing one would be told as a failed build.
  if ((await engine.inspectImage(image.baseImage, signal)) === null) {
    await engine.pullImage(image.baseImage, progress, signal);
  }
  const id = await engine.buildImage(
    {
      tag: image.tag,
      dockerfile: image.dockerfile,
      context: image.context,
      buildArgs: image.buildArgs,
      labels: {
        [labels.schema]: labelSchema,
        [labels.template]: resolved.name,
        [labels.fingerprint]: image.fingerprint,
        [labels.version]: version,
      },
      noCache: options.noCache === true,
    },
    progress,
    signal,
  );
  return { ...built, image: id, reused: false };
}
