import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { Logger, Progress } from '../log';
import type { ProjectIdentity } from '../model';
import { listProjectContainers } from '../projects/containers';
import { readProjectState, writeProjectState } from '../projects/state-file';
import { sizeOf } from '../size';
import type { UserNumbers } from './ownership';

export interface FillRequest {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly identity: Pick<ProjectIdentity, 'id' | 'folder'>;
  /** A container that has the workspace volume and has not run since. */
  readonly container: string;
  readonly volume: string;
  /** Where the workspace is in the container. */
  readonly path: string;
  readonly owner: UserNumbers;
  readonly note: (message: string) => void;
  readonly progress: Progress;
}

/** Bytes between two words on how far the copy is. */
const tellEvery = 64 * 1024 * 1024;

/**
 * Says that a new workspace volume is about to be filled; call it before the container that has it is made. Until it is
 * full nobody has worked in it, so that an interrupted copy can be made again over itself.
 */
export async function beginFilling(home: BerthHome, project: string, volume: string): Promise<void> {
  await writeProjectState(home, project, { filling: volume });
}

/** Whether a volume was left half filled. */
export async function isHalfFilled(home: BerthHome, project: string, volume: string): Promise<boolean> {
  return (await readProjectState(home, project)).filling === volume;
}

/** Nobody is to work in half a workspace. @throws BerthError `container_gone` where the copy into it was interrupted */
export async function requireFilled(
  home: BerthHome,
  { id, name }: Pick<ProjectIdentity, 'id' | 'name'>,
): Promise<void> {
  const { filling = null } = await readProjectState(home, id);
  if (filling === null) return;
  throw new BerthError('container_gone', `The copy into the workspace of ${name} was interrupted.`, {
    hint: 'Run `berth up`, which makes it again.',
  });
}

/** Copies the project's folder into its workspace volume. The folder itself stays as it is. */
export async function fillWorkspace(request: FillRequest, signal?: AbortSignal): Promise<void> {
  const { engine, home, identity, container, path, owner, note, progress } = request;
  const skipped: string[] = [];
  let told = 0;
  let total = 0;
  const { packFolder } = await import('./pack-folder');
  const tar = packFolder(identity.folder, {
    owner,
    signal,
    packed: (bytes) => {
      total = bytes;
      if (bytes - told < tellEvery) return;
      told = bytes;
      progress({ kind: 'step', step: 'create', message: `Copying the workspace in: ${sizeOf(bytes)}` });
    },
    skipped: (each) => skipped.push(each),
  });
  await engine.writeArchive(container, path, tar, signal);
  await writeProjectState(home, identity.id, { filling: null });
  note(
    `The workspace is a copy of ${identity.folder} (${sizeOf(total)}): what changes in one does not change the other.`,
  );
  if (skipped.length > 0) {
    const more = skipped.length > 3 ? ` and ${skipped.length - 3} more` : '';
    note(`Not copied, since they are sockets, pipes or devices: ${skipped.slice(0, 3).join(', ')}${more}.`);
  }
}

/**
 * Removes a container that a crash left with a half filled workspace: it never ran, and the next one's is filled anew.
 * Call it under the project's lock. No round trip where nothing was left.
 */
export async function dropUnfilled(
  { engine, home, log }: Pick<FillRequest, 'engine' | 'home'> & { readonly log: Logger },
  project: string,
  signal?: AbortSignal,
): Promise<void> {
  const { filling = null } = await readProjectState(home, project);
  if (filling === null) return;
  for (const container of await listProjectContainers(engine, await home.owner(), project, signal)) {
    if (container.state !== 'created') continue;
    log.log('warn', `The copy into ${filling} was interrupted; it begins anew`);
    await engine.removeContainer(container.id, { force: true }, signal);
  }
}
