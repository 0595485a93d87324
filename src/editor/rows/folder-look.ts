import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

export interface FolderFacts {
  readonly name: string;
  readonly path: string;
  /** The template it has or would get; null where that is not known yet. */
  readonly template: string | null;
  /** Why that one was proposed; empty for the folder's own template. */
  readonly reason: string;
  readonly trusted: boolean;
}

/** Pure: a folder of this window that has no container yet. */
export function folderLook(facts: FolderFacts): Look {
  const has = facts.reason === '' ? 'template' : 'proposed';
  const fits = facts.template === null ? '' : `: ${has} ${facts.template}`;
  const next = facts.trusted
    ? 'Open the project in a container to have one built from this template.'
    : 'This workspace is not trusted, so nothing is built or run for it.';
  const why = facts.reason === '' ? '' : ` (${facts.reason})`;
  return {
    label: facts.name,
    description: `no container yet${fits}`,
    icon: 'add',
    context: facts.trusted ? 'folder trusted' : 'folder',
    tooltip: `**${escapeMarkdown(facts.name)}** has no container yet${escapeMarkdown(fits + why)}.\n\n${next}`,
    spoken: `${facts.name}, no container yet${fits}`,
  };
}
