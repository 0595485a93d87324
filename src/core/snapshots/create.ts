import type { ContainerDetail, ImageDetail } from '../engine/types';
import { BerthError, cancelled } from '../errors';
import { labelSchema, labels } from '../model';
import type { Kind, ProjectRow } from '../model';
import { containerGone } from '../projects/rows';
import { nameByTime, noteLine, snapshotTag } from './names';
import type { SnapshotOptions, SnapshotPlace } from './types';

/** Makes a snapshot of the project's container as it is; call it under the project's lock. @returns the image's name */
export async function createSnapshot(
  { engine, home }: SnapshotPlace,
  row: ProjectRow,
  { name = nameByTime(new Date()), note = '', volumes = false }: SnapshotOptions,
  signal?: AbortSignal,
): Promise<string> {
  const tag = snapshotTag(row, name);
  const container = await engine.inspectContainer(row.containerName, signal);
  if (container === null) throw containerGone(row.name);
  if ((await engine.inspectImage(tag, signal)) !== null) {
    throw new BerthError('snapshot_exists', `${row.name} has a snapshot "${name}" already.`, {
      hint: 'Choose another name, or remove that one: `berth snapshot rm`.',
    });
  }
  const base = await engine.inspectImage(container.imageId, signal);
  signal?.throwIfAborted();
  // An engine goes on with what it has begun, whether anybody waits for it or not.
  const image = await engine.commitContainer(container.id, {
    tag,
    labels: snapshotLabels(container, name, noteLine(note)),
    environment: withoutProxies(container, base),
  });
  try {
    if (signal?.aborted === true) throw cancelled();
    if (volumes) {
      const { keepVolumes } = await import('./archives');
      await keepVolumes({ engine, home, project: row, container, image }, signal);
    }
    return tag;
  } catch (error) {
    await engine.removeImage(tag);
    throw error;
  }
}

/** What the image says otherwise than the container, whose labels it has as well. Pure. */
export function snapshotLabels(
  container: Pick<ContainerDetail, 'labels'>,
  name: string,
  note: string,
): Record<string, string> {
  return {
    [labels.schema]: labelSchema,
    [labels.kind]: 'snapshot' satisfies Kind,
    [labels.snapshot]: name,
    [labels.note]: note,
    // Who makes a container of it says so anew.
    ...(container.labels[labels.restored] === undefined ? {} : { [labels.restored]: '' }),
    // The workspace's, and no other label of a new container would take its place.
    ...(container.labels[labels.branch] === undefined ? {} : { [labels.branch]: '' }),
  };
}

const proxyVariable = /^(?:https?|ftp|all|no)_proxy$/i;

/**
 * The proxies of this machine, which a container is given when it is made: their addresses can hold a password, and an
 * image may go anywhere. What the container's own image has stays. Pure.
 */
export function withoutProxies(
  container: Pick<ContainerDetail, 'environment'>,
  image: Pick<ImageDetail, 'environment'> | null,
): Record<string, string> {
  const given = Object.entries(container.environment).filter(
    ([key, value]) => proxyVariable.test(key) && value !== '' && image?.environment[key] !== value,
  );
  return Object.fromEntries(given.map(([key]) => [key, '']));
}
