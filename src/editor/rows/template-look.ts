import type { TemplateEntry } from '../../core/templates/types';
import type { Look } from './project-look';
import { escapeMarkdown } from './tooltip';

const origins = { workspace: 'this workspace', user: 'yours', 'built-in': 'built in' } as const;

/** Pure: a template's row, with where it comes from and, for one with mistakes, the first of them. */
export function templateLook(template: TemplateEntry): Look {
  const origin = origins[template.origin];
  const [problem, ...more] = template.problems;
  const wrong =
    problem === undefined ? '' : `${problem.message}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
  const about = wrong === '' ? template.description : wrong;
  return {
    label: template.name,
    description: wrong === '' ? origin : `${origin} · ${wrong}`,
    icon: wrong === '' ? 'file-code' : 'error',
    ...(wrong === '' ? {} : { color: 'list.errorForeground' }),
    context: `template ${template.origin}${wrong === '' ? '' : ' broken'}`,
    tooltip: `**${escapeMarkdown(template.name)}** — ${origin}\n\n${escapeMarkdown(about)}\n\n\`${template.file}\``,
    spoken: `Template ${template.name}, ${origin}${about === '' ? '' : `, ${about}`}`,
  };
}
