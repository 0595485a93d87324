import { isHarmless } from '../../core/loss/types';
import { lossLines } from '../../core/loss/words';
import { shellQuote } from '../../core/quote';
import { sizeOf } from '../../core/size';
import type { RestorePlan, Snapshot } from '../../core/snapshots/types';
import { purposeLabel } from '../../core/storage/purpose';
import type { Result } from '../result';
import { age, columns } from './layout';
import { printable, type Style } from './style';

type Of<K extends Result['kind']> = Extract<Result, { kind: K }>;

/** A snapshot in JSON. */
export function snapshotJson({ project, sizeBytes, ownBytes, usedBy, volumes, ...rest }: Snapshot) {
  const { id, name, folder } = project;
  return {
    ...rest,
    project: { id, name, folder },
    size_bytes: sizeBytes,
    own_bytes: ownBytes,
    used_by: usedBy,
    volumes: volumes.map(({ purpose, target, bytes }) => ({ purpose, target, size_bytes: bytes })),
  };
}

/** Snapshots one a line: name, what it has of its own, age and note; with the project where there are several. */
export function snapshotList(found: readonly Snapshot[], withProject: boolean): string[] {
  return columns(
    found.map((one) => [
      ...(withProject ? [printable(one.project.name)] : []),
      one.name,
      [one.ownBytes === null ? sizeOf(one.sizeBytes) : `+${sizeOf(one.ownBytes)}`, ...volumesText(one)].join(', '),
      age(one.created),
      printable(one.note ?? '') + (one.usedBy.length > 0 ? ` (in use by ${one.usedBy.join(', ')})` : ''),
    ]),
  );
}

/** What was kept with it, where anything was. */
function volumesText({ volumes }: Snapshot): string[] {
  const bytes = volumes.reduce((sum, one) => sum + one.bytes, 0);
  return volumes.length === 0
    ? []
    : [`${volumes.map(({ purpose }) => purposeLabel(purpose)).join(', ')} ${sizeOf(bytes)}`];
}

/** What a person reads of one that was made. */
export function snapshotText({ snapshot }: Of<'snapshot'>): string {
  const { name, project, ownBytes, sizeBytes, tag } = snapshot;
  const size = ownBytes === null ? sizeOf(sizeBytes) : `${sizeOf(ownBytes)} on its image`;
  return [
    `Snapshot ${name} of ${printable(project.name)}: ${size}.`,
    `  image  ${tag}`,
    ...volumesText(snapshot).map((kept) => `  kept   ${printable(kept)}`),
    `  next   berth snapshot ls -p ${shellQuote(project.name)}`,
  ].join('\n');
}

/** What `snapshot ls` prints. */
export function snapshotsText({ found, all }: Of<'snapshots'>): string {
  if (found.length === 0) return 'There are no snapshots. Make one: berth snapshot create';
  return snapshotList(found, all).join('\n');
}

/** What a restore takes from the container of now, a line each. */
export function restorePlanLines({ loss, inUse }: RestorePlan): string[] {
  return [
    ...(inUse.length === 0 ? [] : [`In use: ${inUse.map(printable).join(', ')}.`]),
    ...(isHarmless(loss)
      ? ['Nothing is in the container alone.']
      : ['Put aside with the container of now:', ...lossLines(loss).map((line) => `  ${printable(line)}`)]),
  ];
}

/** What `snapshot restore --dry-run` prints. */
export function restorePlanText({ row, plan }: Of<'restore_plan'>): string {
  const { name } = plan.snapshot;
  return [
    `${printable(row.name)} would be put back to the snapshot ${name}.`,
    ...restorePlanLines(plan),
    'Its workspace and volumes stay as they are, unless --volumes is given.',
  ].join('\n');
}

/** What `snapshot restore` prints. */
export function restoredText({ snapshot, result: { row, previous, notices } }: Of<'restored'>, style: Style): string {
  return [
    ...notices.map((notice) => `${style.yellow('note:')} ${printable(notice)}`),
    `${style.bold(printable(row.name))} is back at the snapshot ${snapshot.name} (generation ${row.generation})`,
    ...(previous === null ? [] : [`  back  berth rollback ${row.name}, until ${previous.keptUntil} at least`]),
  ].join('\n');
}

/** What `snapshot rm` and `snapshot prune` print. */
export function snapshotsRemovedText({ dryRun, removed, kept }: Of<'snapshots_removed'>): string {
  const stay = kept.length === 0 ? [] : [`${kept.length} ${kept.length === 1 ? 'stays' : 'stay'}.`];
  if (removed.length === 0) return ['There is nothing to remove.', ...stay].join(' ');
  const verb = dryRun ? 'would go' : 'removed';
  return [...snapshotList(removed, false), [`${removed.length} ${verb}.`, ...stay].join(' ')].join('\n');
}
