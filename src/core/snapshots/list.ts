import type { ContainerSummary, ImageLayer, ImageSummary } from '../engine/types';
import { labels } from '../model';
import { keptVolumes } from './kept';
import { isSnapshotTag } from './names';
import type { Snapshot, SnapshotPlace, SnapshotPrune, SnapshotVolume } from './types';

/** This owner's snapshots, of one project or of all, the newest first. Two round trips, and three for each snapshot. */
export async function listSnapshots(
  { engine, owner, home }: SnapshotPlace,
  project: string | undefined,
  signal?: AbortSignal,
): Promise<Snapshot[]> {
  const filter = {
    [labels.kind]: 'snapshot',
    [labels.owner]: owner,
    ...(project === undefined ? {} : { [labels.project]: project }),
  };
  const images = await engine.listImages({ labels: filter }, signal);
  if (images.length === 0) return [];
  const containers = await engine.listContainers({ labels: {} }, signal);
  const read = async ({ id }: ImageSummary): Promise<Snapshot[]> => {
    const [image, layers, volumes] = await Promise.all([
      // A list tells instants by the second, by which two of them cannot be put in order.
      engine.inspectImage(id, signal),
      engine.imageLayers(id, { sizes: true }, signal),
      keptVolumes(home, id),
    ]);
    return image === null ? [] : snapshotOf(image, containers, layers, volumes);
  };
  const found = (await Promise.all(images.map(read))).flat();
  return found.sort((a, b) => b.created.localeCompare(a.created) || a.name.localeCompare(b.name));
}

/**
 * What an image tells of the snapshot that it is; empty for one that was built on a snapshot, whose labels it has, too.
 * Pure.
 */
export function snapshotOf(
  image: ImageSummary,
  containers: readonly Pick<ContainerSummary, 'imageId' | 'name'>[],
  layers: readonly ImageLayer[],
  volumes: readonly SnapshotVolume[] = [],
): Snapshot[] {
  const { labels: own } = image;
  const tag = image.tags.find(isSnapshotTag);
  const name = own[labels.snapshot];
  if (tag === undefined || name === undefined || !tag.endsWith(`:${name}`)) return [];
  return [
    {
      name,
      note: own[labels.note] === '' ? null : (own[labels.note] ?? null),
      project: {
        id: own[labels.project] ?? '',
        name: own[labels.name] ?? '',
        folder: own[labels.folder] ?? '',
      },
      template: own[labels.template] ?? '',
      generation: Number(own[labels.generation]) || 1,
      image: image.id,
      tag,
      created: image.created,
      sizeBytes: image.sizeBytes,
      // An image of a container is one layer more than that container's image.
      ownBytes: layers.at(-1)?.sizeBytes ?? null,
      usedBy: containers.flatMap((container) => (container.imageId === image.id ? [container.name] : [])),
      volumes,
    },
  ];
}

/** What of a project's snapshots, the newest first, a prune takes: what is in use neither goes nor counts. Pure. */
export function prunePlan(snapshots: readonly Snapshot[], keep: number): SnapshotPrune {
  const goes = snapshots.filter(({ usedBy }) => usedBy.length === 0).slice(keep);
  return { goes, stays: snapshots.filter((snapshot) => !goes.includes(snapshot)) };
}
