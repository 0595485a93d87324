import type { ProjectRow } from '../../core/model';
import { sizeOf } from '../../core/size';
import type { Snapshot } from '../../core/snapshots/types';
import { purposeLabel } from '../../core/storage/purpose';
import { ageOf } from './age';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

/** Pure: how old a snapshot is, what it has of its own, and which volumes were kept with it; a fact each. */
export function snapshotFacts({ created, ownBytes, sizeBytes, volumes }: Snapshot, now: number): string[] {
  const age = ageOf(created, now);
  const kept = volumes.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...(age === '' ? [] : [age === 'now' ? 'just now' : age]),
    ownBytes === null ? sizeOf(sizeBytes) : `+${sizeOf(ownBytes)}`,
    ...(volumes.length === 0 ? [] : [`with ${volumesText(volumes)} ${sizeOf(kept)}`]),
  ];
}

/** Pure: which volumes were kept, by their labels. */
export function volumesText(volumes: Snapshot['volumes']): string {
  return volumes.map(({ purpose }) => purposeLabel(purpose)).join(', ');
}

/** Pure: a snapshot's row. `restored`: the one that the container is on now, by name. */
export function snapshotLook(snapshot: Snapshot, now: number, restored: string | undefined): Look {
  const { name, note, tag, created, usedBy, template, generation } = snapshot;
  const here = restored === name;
  const facts = [...(here ? ['in use'] : []), ...snapshotFacts(snapshot, now)];
  const table = [
    ...(note === null ? [] : [['Note', escapeMarkdown(note)]]),
    ['Made', escapeMarkdown(new Date(created).toLocaleString())],
    ['Of', `generation ${generation}, template ${escapeMarkdown(template)}`],
    ...(usedBy.length === 0 ? [] : [['Used by', escapeMarkdown(usedBy.join(', '))]]),
    ['Image', `\`${tag}\``],
  ];
  return {
    label: name,
    description: facts.join(' · '),
    icon: here ? 'pass-filled' : 'device-camera',
    ...(here ? { color: 'testing.iconPassed' } : {}),
    context: `snapshot ${usedBy.length === 0 ? 'unused' : 'used'}`,
    tooltip: `| | |\n|---|---|\n${table.map(([key = '', value = '']) => `| ${key} | ${value} |`).join('\n')}`,
    spoken: [`Snapshot ${name}`, ...(note === null ? [] : [note]), ...facts].join(', '),
  };
}

/** Pure: the row above a project's snapshots: the newest, and how many more there are. */
export function snapshotsLook(name: string, found: readonly Snapshot[], now: number): Look {
  const [newest] = found;
  const age = newest === undefined ? '' : ageOf(newest.created, now);
  const more = found.length > 1 ? [`${found.length - 1} more`] : [];
  const description = [newest?.name ?? '', ...(age === '' || age === 'now' ? [] : [age]), ...more].join(' · ');
  return {
    label: 'Snapshots',
    description,
    icon: 'history',
    context: 'group snapshots',
    tooltip: `States of ${escapeMarkdown(name)} that were kept as images, to go back to or to begin another project with`,
    spoken: `Snapshots, ${description}`,
  };
}

/** Pure: the row of the container that a refresh, a restore or a rollback put aside; null where there is none. */
export function formerLook({ name, former }: Pick<ProjectRow, 'name' | 'former'>): Look | null {
  if (former === null) return null;
  return {
    label: 'Previous container',
    description: `generation ${former}`,
    icon: 'discard',
    context: 'former',
    tooltip: `Generation ${former} of ${escapeMarkdown(name)}, stopped and kept for a while: *Roll Back* returns to it.`,
    spoken: `Previous container, generation ${former}`,
  };
}
