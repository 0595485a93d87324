import type { ContainerSummary } from '../core/engine/types';
import type { BerthHome } from '../core/home';
import { createJournal } from '../core/journal/journal';
import { beginSession } from '../core/journal/session';
import { labels } from '../core/model';

/** The session of an editor, or of whoever runs ssh. @returns writes down its end */
export function beginSsh(
  home: BerthHome,
  { id: container, labels: told }: Pick<ContainerSummary, 'id' | 'labels'>,
): () => Promise<void> {
  const project = { id: told[labels.project] ?? '', name: told[labels.name] ?? '' };
  const template = told[labels.template] ?? null;
  return beginSession(createJournal(home), { actor: 'user', project, container, template, road: 'ssh' });
}
