import { sizeOf } from '../../core/size';
import type { BerthImage, PrunePlan, PruneResult } from '../../core/projects/images';
import { age, columns } from './layout';
import { printable } from './style';

/** Images one a line: name, size, age and why they go. */
export function gcList(images: readonly BerthImage[]): string[] {
  return columns(
    images.map((image) => [
      printable(nameOf(image)),
      sizeOf(image.sizeBytes),
      age(image.created),
      printable(image.outdated ?? 'no container uses it'),
    ]),
  );
}

/** What a person reads when `gc` is done, or would be. */
export function gcText(plan: PrunePlan, pruned: PruneResult | null): string {
  const stay = plan.stays.length === 0 ? [] : [`${count(plan.stays.length)} of Berth stay.`];
  if (plan.goes.length === 0) return ['There is nothing to remove.', ...stay].join(' ');
  if (pruned === null) {
    const goes = `${count(plan.goes.length)} would go, which frees up to ${sizeOf(plan.freedBytes)}.`;
    return [...gcList(plan.goes), [goes, ...stay].join(' ')].join('\n');
  }
  return [
    ...gcList(pruned.removed),
    ...pruned.kept.map(({ image, why }) => `Still there: ${printable(nameOf(image))}, ${printable(why)}`),
    `${count(pruned.removed.length)} removed, which frees up to ${sizeOf(pruned.freedBytes)}.`,
  ].join('\n');
}

/** The JSON document of `gc`. */
export function gcJson(plan: PrunePlan, pruned: PruneResult | null): Readonly<Record<string, unknown>> {
  const removed = pruned === null ? plan.goes : pruned.removed;
  const kept = pruned === null ? [] : pruned.kept;
  return {
    dry_run: pruned === null,
    images: removed.map(imageJson),
    kept: kept.map(({ image, why }) => ({ ...imageJson(image), why })),
    stays: plan.stays.map(imageJson),
    freed_bytes: pruned === null ? plan.freedBytes : pruned.freedBytes,
  };
}

function imageJson(image: BerthImage): Readonly<Record<string, unknown>> {
  const { id, tags, template, version, created, sizeBytes, outdated, usedBy } = image;
  return { id, tags, template, version, created, size_bytes: sizeBytes, outdated, used_by: usedBy };
}

function nameOf({ tags, template, id }: BerthImage): string {
  return tags[0] ?? `${template} (${id.replace(/^sha256:/, '').slice(0, 12)})`;
}

function count(images: number): string {
  return images === 1 ? '1 image' : `${images} images`;
}
