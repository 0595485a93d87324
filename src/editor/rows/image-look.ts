import type { BerthImage } from '../../core/projects/images';
import { ageOf } from './age';
import type { Look } from './look';
import { sizeOf } from '../../core/size';
import { escapeMarkdown } from './tooltip';

/** Pure: what an image is called in a list: its name without what all have in common, else the start of its id. */
export function imageName({ tags, template, id }: BerthImage): string {
  const tag = tags[0]?.replace(/^(?:localhost\/)?berth\//, '');
  return tag ?? `${template} (${id.replace(/^sha256:/, '').slice(0, 12)})`;
}

/** Pure: who uses an image, in a few words; empty for nobody. */
export function usersOf({ usedBy }: BerthImage): string {
  return [...new Set(usedBy.map(({ project, container }) => project ?? container))].join(', ');
}

/** Pure: an image's row. One that is outdated and that nobody uses is what a prune takes. */
export function imageLook(image: BerthImage, now: number): Look {
  const age = ageOf(image.created, now);
  const users = usersOf(image);
  const used = users === '' ? 'unused' : `used by ${users}`;
  const outdated = image.outdated === null ? '' : `outdated: ${image.outdated}`;
  // The row has little room: the name with its fingerprint is in the tooltip.
  const facts = [sizeOf(image.sizeBytes), age === 'now' ? 'just now' : age, used, outdated];
  const table = [
    ['Template', escapeMarkdown(image.template)],
    ['Size', sizeOf(image.sizeBytes)],
    ['Built', `${escapeMarkdown(new Date(image.created).toLocaleString())}, by Berth ${escapeMarkdown(image.version)}`],
    ['Used by', escapeMarkdown(image.usedBy.map(({ container }) => container).join(', ')) || 'no container'],
    ...(outdated === '' ? [] : [['Outdated', escapeMarkdown(image.outdated ?? '')]]),
    ...image.tags.map((tag) => ['Name', `\`${tag}\``]),
    ['Id', `\`${image.id}\``],
  ];
  return {
    label: image.template,
    description: facts.filter((fact) => fact !== '').join(' · '),
    icon: outdated === '' ? 'layers' : 'warning',
    ...(outdated === '' ? {} : { color: 'list.warningForeground' }),
    context: ['image', users === '' ? 'unused' : 'used', ...(outdated === '' ? [] : ['outdated'])].join(' '),
    tooltip: `| | |\n|---|---|\n${table.map(([name = '', value = '']) => `| ${name} | ${value} |`).join('\n')}`,
    spoken: [`Image ${imageName(image)}`, ...facts].filter((fact) => fact !== '').join(', '),
  };
}
