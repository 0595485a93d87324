import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import type { TemplateEntry, TemplateProposal } from '../../core/templates/types';
import type { WindowFolder } from '../window/window-project';
import { fileName, isProjectFile, parentReference, possibleParents } from './starter';
import type { NewKind } from './starter';
import { isThere } from '../../core/paths';

/** Where a new template can go. */
export interface Place extends vscode.QuickPickItem {
  readonly kindOf: NewKind;
  /** The folder it belongs to; undefined for the user's own. */
  readonly folder: WindowFolder | undefined;
  /** It is there already: a folder has one berth.yaml. */
  readonly exists: boolean;
}

/** What a new template can extend; without `entry` it is a line between groups. */
export interface ParentItem extends vscode.QuickPickItem {
  readonly entry?: TemplateEntry;
}

/** The places that a template can go to from this window, and from where its parent can be named. */
export async function placesFor(core: Core, folders: readonly WindowFolder[], from?: TemplateEntry): Promise<Place[]> {
  const several = folders.length > 1;
  const own = await Promise.all(
    folders.map(async (folder): Promise<Place> => {
      const exists = await isThere(join(folder.path, 'berth.yaml'));
      return {
        kindOf: 'project',
        folder,
        exists,
        label: several ? `$(root-folder) This folder’s own: ${folder.name}` : '$(root-folder) This folder’s own',
        description: 'berth.yaml',
        detail: exists ? 'It is there already, and is opened.' : 'What the folder’s container is made from.',
      };
    }),
  );
  const beside = folders.map((folder): Place => ({
    kindOf: 'workspace',
    folder,
    exists: false,
    label: several ? `$(files) Named, in the folder ${folder.name}` : '$(files) Named, in this folder',
    description: '<name>.berth.yaml',
    detail: 'Shared with the folder; others in it can extend it.',
  }));
  const user: Place = {
    kindOf: 'user',
    folder: undefined,
    exists: false,
    label: '$(account) Yours',
    description: join(core.home.userTemplatesDir, '<name>.yaml'),
    detail: 'For every folder that you open.',
  };
  const reachable = ({ kindOf, exists }: Place): boolean =>
    from === undefined || (!exists && parentReference(kindOf, from) !== null);
  // What there is already is the last that somebody who asks for a new one means.
  const missing = own.filter(({ exists }) => !exists);
  return [...missing, ...beside, user, ...own.filter(({ exists }) => exists)].filter(reachable);
}

/** The parents to choose from: what is proposed for the folder first, then by origin. */
export async function parentsFor(
  core: Core,
  place: Place,
  entries: readonly TemplateEntry[],
): Promise<{ items: ParentItem[]; first: ParentItem | undefined }> {
  const parents = possibleParents(place.kindOf, entries);
  const proposal: TemplateProposal | null =
    place.folder === undefined ? null : await core.templates.propose(place.folder.path);
  const item = (entry: TemplateEntry, reason = ''): ParentItem => ({
    label: isProjectFile(entry) ? `${entry.name} (berth.yaml)` : fileName(entry),
    description: reason,
    detail: entry.description,
    entry,
  });
  const proposed = parents.find((entry) => fileName(entry) === proposal?.template);
  const first = proposed === undefined ? undefined : item(proposed, `proposed: ${proposal?.reason ?? ''}`);
  const rest = (['workspace', 'user', 'built-in'] as const).flatMap((origin): ParentItem[] => {
    const group = parents.filter((entry) => entry.origin === origin && entry !== proposed);
    const label = origin === 'workspace' ? 'this workspace' : origin === 'user' ? 'yours' : 'built-in';
    return group.length === 0
      ? []
      : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...group.map((entry) => item(entry))];
  });
  return { items: [...(first === undefined ? [] : [first]), ...rest], first };
}
