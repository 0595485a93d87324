import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import type { ContainerSummary, Engine } from '../engine/types';
import { BerthError, messageOf } from '../errors';
import { labels } from '../model';
import type { ProjectIdentity } from '../model';
import { listProjectContainers } from './containers';
import { isWithin } from '../paths';

/** A project's folder, and the container that mounts it. */
export interface MountedFolder {
  /** The project's id. */
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly container: string;
}

/** The folders of this owner's other projects on an engine. Pure. */
export function otherFolders(containers: readonly ContainerSummary[], project: string): readonly MountedFolder[] {
  return containers.flatMap(({ id: container, labels: told }) => {
    const [id, name, folder] = [told[labels.project], told[labels.name], told[labels.folder]];
    if (id === undefined || id === project || name === undefined || folder === undefined) return [];
    return [{ id, name, folder, container }];
  });
}

/** A link on the way of a path. */
export interface LinkOnTheWay {
  /** The link itself: a real path but for its last part. */
  readonly at: string;
  /** Where it leads in the end; null where there is nothing. */
  readonly to: string | null;
}

/** The links that a path goes over as it is written; what a link leads over in turn is not among them. */
export async function linksOnTheWay(path: string): Promise<readonly LinkOnTheWay[]> {
  const whole = resolve(path);
  const found: LinkOnTheWay[] = [];
  let here = parse(whole).root;
  for (const part of whole.slice(here.length).split(sep)) {
    const at = join(here, part);
    const isLink = (await lstat(at).catch(() => null))?.isSymbolicLink() === true;
    const to = isLink ? await realpath(at).catch(() => null) : at;
    if (isLink) found.push({ at, to });
    if (to === null) break;
    here = to;
  }
  return found;
}

/** The project in whose folder a link lies that leads out of there: who works in its container may have set it. Pure. */
export function setByOthers(
  links: readonly LinkOnTheWay[],
  folders: readonly MountedFolder[],
): { readonly link: LinkOnTheWay; readonly of: MountedFolder } | null {
  for (const link of links) {
    const of = folders.find(
      ({ folder }) =>
        isAbsolute(folder) && isWithin(dirname(link.at), folder) && (link.to === null || !isWithin(link.to, folder)),
    );
    if (of !== undefined) return { link, of };
  }
  return null;
}

/**
 * Looks at how a folder was named before it becomes a project's: a link in another project's folder that leads out of there
 * may be the work of what runs in that one's container, and would have any folder of this machine mounted.
 * @throws BerthError `folder_not_usable`
 */
export async function mustLeadWhereItSays(
  written: string,
  engine: () => Promise<Pick<Engine, 'listContainers'>>,
  owner: () => Promise<string>,
  signal?: AbortSignal,
): Promise<void> {
  const links = await linksOnTheWay(written);
  if (links.length === 0) return;
  const containers = await listProjectContainers(await engine(), await owner(), undefined, signal);
  const found = setByOthers(links, otherFolders(containers, ''));
  if (found === null) return;
  const { link, of } = found;
  const message = `${link.at} lies in the folder of ${of.name}, whose container can write it, and is a link to ${link.to ?? 'nothing'}.`;
  throw new BerthError('folder_not_usable', message, {
    hint: `If that is the folder you mean, name it: \`berth up ${link.to ?? 'DIR'}\`.`,
  });
}

/** @throws BerthError `folder_not_usable` where a project's own folder is not the one any more that it was */
export async function mustBeAsItWas({ name, folder }: Pick<ProjectIdentity, 'name' | 'folder'>): Promise<void> {
  const real = await realpath(folder).catch(() => null);
  if (real === null || real === folder) return;
  throw new BerthError('folder_not_usable', `The folder of ${name}, ${folder}, has become a link to ${real}.`, {
    hint: `Put back what was there. Where you moved it yourself: \`berth relink ${name} ${real}\`.`,
  });
}

/**
 * Sees to it that the engine starts no container by itself whose whole folder another project's container could swap for a
 * link: the engine follows links at each start, and Berth's own starts look first.
 * @returns whether that is so for the project that is being made; those that lie in its folder are changed
 */
export async function settleNested(
  engine: Pick<Engine, 'updateContainer'>,
  listed: readonly ContainerSummary[],
  { id, folder }: Pick<ProjectIdentity, 'id' | 'folder'>,
  note: (message: string) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  const others = otherFolders(listed, id);
  for (const inner of others.filter((other) => isBelow(other.folder, folder))) {
    note(`${inner.folder}, the folder of ${inner.name}, lies in this one: what runs here can write it.`);
    try {
      await engine.updateContainer(inner.container, { restartAttempts: 0 }, signal);
    } catch (error) {
      signal?.throwIfAborted();
      note(`The engine still restarts ${inner.name} by itself after a crash: ${messageOf(error)}`);
    }
  }
  return others.some((other) => isBelow(folder, other.folder));
}

const isBelow = (path: string, folder: string): boolean => path !== folder && isWithin(path, folder);
