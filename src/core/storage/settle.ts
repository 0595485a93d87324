import { runAsRoot } from '../engine/run-as-root';
import type { Engine, EngineMount } from '../engine/types';
import { isCancelled } from '../errors';
import type { BerthHome } from '../home';
import type { Logger } from '../log';
import type { ProjectIdentity } from '../model';
import { readProjectState, writeProjectState } from '../projects/state-file';
import { handOver } from './hand-over';
import { followImage, rememberHome } from './home-follow';
import type { ContainerStorage } from './prepare';

export interface SettleRequest {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly log: Logger;
  readonly identity: ProjectIdentity;
  /** Berth's owner id. */
  readonly owner: string;
  /** A container that was just made and runs. */
  readonly container: string;
  /** Of the image that it was made of: the engine's id. */
  readonly image: string;
  readonly login: { readonly user: string; readonly home: string };
  readonly storage: ContainerStorage;
  readonly note: (message: string) => void;
}

/**
 * Once a new container runs: its volumes are given to its user, a home volume that is older than the image gets the image's
 * new files, and it is written down which volumes it has. After the switch, so that nothing was touched if that failed.
 */
export async function settleStorage(request: SettleRequest, signal?: AbortSignal): Promise<void> {
  const { engine, home, identity, container, storage, login } = request;
  const { homeVolume } = storage;
  const mounts: EngineMount[] = [storage.workspace, ...storage.mounts];
  await Promise.all([
    handOver(engine, container, mounts, login, signal),
    storage.gitFolder ? keepWorktrees(engine, container, signal) : undefined,
    homeVolume === null ? undefined : settleHome(request, homeVolume, signal),
  ]);
  await writeProjectState(home, identity.id, { volumes: storage.volumes });
}

/** Only an image that the volume has not met costs a look at either. */
async function settleHome(request: SettleRequest, volume: string, signal?: AbortSignal): Promise<void> {
  const { engine, home, identity, owner, image, login, note, storage } = request;
  const { homeFiles } = await readProjectState(home, identity.id);
  const isNew = storage.fresh.has(volume);
  if (!isNew && homeFiles?.volume === volume && homeFiles.image === image) return;
  try {
    if (isNew) {
      await rememberHome(engine, request.container, login, signal);
    } else {
      const { copy } = await followImage({ engine, identity, owner, image, volume, ...login }, signal);
      if (copy.length > 0) {
        note(`New or changed in the image’s home folder: ${copy.length} files, which are in yours now.`);
      }
    }
    await writeProjectState(home, identity.id, { homeFiles: { volume, image } });
  } catch (error) {
    if (isCancelled(error)) throw error;
    // The container works without; the next one made tries it again.
    request.log.log('warn', `The home files of the image do not reach ${volume}`, error);
    note('What the image has new in its home folder did not reach yours; the log says why.');
  }
}

/**
 * The folders of a repository's other worktrees are not in the container, so git there would take them for deleted ones
 * and clear them away in time. On a read-only root it cannot be told so.
 */
async function keepWorktrees(engine: Engine, container: string, signal?: AbortSignal): Promise<void> {
  await runAsRoot(engine, container, ['git', 'config', '--system', 'gc.worktreePruneExpire', 'never'], signal);
}
