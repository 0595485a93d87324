import { shellQuote } from '../../core/quote';
import { sizeOf } from '../../core/size';
import type { Snapshot } from '../../core/snapshots/types';
import type { Result } from '../result';
import { age, columns } from './layout';
import { printable } from './style';

type Of<K extends Result['kind']> = Extract<Result, { kind: K }>;

/** A snapshot in JSON. */
export function snapshotJson({ project, sizeBytes, ownBytes, usedBy, ...rest }: Snapshot) {
  const { id, name, folder } = project;
  return { ...rest, project: { id, name, folder }, size_bytes: sizeBytes, own_bytes: ownBytes, used_by: usedBy };
}

/** Snapshots one a line: name, what it has of its own, age and note; with the project where there are several. */
export function snapshotList(found: readonly Snapshot[], withProject: boolean): string[] {
  return columns(
    found.map((one) => [
      ...(withProject ? [printable(one.project.name)] : []),
      one.name,
      one.ownBytes === null ? sizeOf(one.sizeBytes) : `+${sizeOf(one.ownBytes)}`,
      age(one.created),
      printable(one.note ?? '') + (one.usedBy.length > 0 ? ` (in use by ${one.usedBy.join(', ')})` : ''),
    ]),
  );
}

/** What a person reads of one that was made. */
export function snapshotText({ snapshot: { name, project, ownBytes, sizeBytes, tag } }: Of<'snapshot'>): string {
  const size = ownBytes === null ? sizeOf(sizeBytes) : `${sizeOf(ownBytes)} on its image`;
  return [
    `Snapshot ${name} of ${printable(project.name)}: ${size}.`,
    `  image  ${tag}`,
    `  next   berth snapshot ls -p ${shellQuote(project.name)}`,
  ].join('\n');
}

/** What `snapshot ls` prints. */
export function snapshotsText({ found, all }: Of<'snapshots'>): string {
  if (found.length === 0) return 'There are no snapshots. Make one: berth snapshot create';
  return snapshotList(found, all).join('\n');
}

/** What `snapshot rm` and `snapshot prune` print. */
export function snapshotsRemovedText({ dryRun, removed, kept }: Of<'snapshots_removed'>): string {
  const stay = kept.length === 0 ? [] : [`${kept.length} ${kept.length === 1 ? 'stays' : 'stay'}.`];
  if (removed.length === 0) return ['There is nothing to remove.', ...stay].join(' ');
  const verb = dryRun ? 'would go' : 'removed';
  return [...snapshotList(removed, false), [`${removed.length} ${verb}.`, ...stay].join(' ')].join('\n');
}
