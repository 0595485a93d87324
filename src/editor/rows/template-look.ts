import type { ErrorDetail } from '../../core/errors';
import type { TemplateEntry, TemplateOrigin } from '../../core/templates/types';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

const groups: Readonly<
  Record<TemplateOrigin, { readonly label: string; readonly icon: string; readonly about: string }>
> = {
  workspace: { label: 'This workspace', icon: 'root-folder', about: 'Templates in the folder of this window' },
  user: { label: 'Yours', icon: 'account', about: 'Your own templates, for every folder' },
  'built-in': { label: 'Built-in', icon: 'package', about: 'Templates that come with Berth; extend one to change it' },
};

/** How many problems a tooltip lists. */
const shownProblems = 5;

/** Pure: the row over the templates of one origin; it says so where one of them has mistakes. */
export function templateGroupLook(origin: TemplateOrigin, templates: readonly TemplateEntry[]): Look {
  const { label, icon, about } = groups[origin];
  const broken = templates.filter(({ problems }) => problems.length > 0).length;
  const wrong = broken === 0 ? '' : `${broken} with mistakes`;
  return {
    label,
    description: wrong,
    icon,
    context: `templates ${origin}`,
    tooltip: about,
    spoken: [label, `${templates.length} templates`, wrong].filter((part) => part !== '').join(', '),
  };
}

/** Pure: a template's row, with its description, or for one with mistakes the first of them. */
export function templateLook(template: TemplateEntry): Look {
  const { name, description, origin, problems } = template;
  const [problem, ...more] = problems;
  const wrong =
    problem === undefined ? '' : `${problem.message}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
  const about = wrong === '' ? description : wrong;
  return {
    label: name,
    description: about,
    icon: wrong === '' ? 'file-code' : 'error',
    ...(wrong === '' ? {} : { color: 'list.errorForeground' }),
    context: `template ${origin}${wrong === '' ? '' : ' broken'}`,
    tooltip: tooltipOf(template),
    spoken: [`Template ${name}`, groups[origin].label, about].filter((part) => part !== '').join(', '),
  };
}

function tooltipOf({ name, description, origin, file, problems }: TemplateEntry): string {
  const hidden = problems.length - shownProblems;
  const list = problems
    .slice(0, shownProblems)
    .map((problem) => `- ${placeOf(problem)}${escapeMarkdown(problem.message)}`);
  return [
    `**${escapeMarkdown(name)}** — ${groups[origin].label}`,
    escapeMarkdown(description),
    [...list, ...(hidden > 0 ? [`- and ${hidden} more`] : [])].join('\n'),
    `\`${file}\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function placeOf({ line }: ErrorDetail): string {
  return line === undefined ? '' : `line ${line}: `;
}
