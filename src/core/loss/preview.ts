import { timeLimit } from '../abort';
import { runAsRoot } from '../engine/run-as-root';
import type { ContainerDetail, Engine } from '../engine/types';
import { labels } from '../model';
import { serversFolder } from '../servers/volume';
import { lostPaths } from './classify';
import { ownersOf, ownersScript, packagesIn, promotable } from './packages';
import type { Owners } from './packages';
import type { LossPreview } from './types';

/** Milliseconds for the container to tell which files belong to packages. */
const askMs = 20_000;

/**
 * What would be lost if a container were discarded: what its writable layer has that its image has not, and that no volume
 * holds. Two round trips; a running container is asked which files belong to packages, of a stopped one they are all named.
 */
export async function lossPreview(
  engine: Engine,
  container: Pick<ContainerDetail, 'id' | 'state' | 'mounts' | 'labels'>,
  signal?: AbortSignal,
): Promise<LossPreview> {
  const changes = await engine.containerChanges(container.id, signal);
  const found = packagesIn(changes);
  const script = ownersScript(found);
  const running = container.state === 'running';
  const owners = script === null || !running ? null : await ask(engine, container.id, script, signal);
  const folders = [...found.pip, ...found.npm].map(({ folder }) => `${folder}/`);
  const ofPackages = (path: string): boolean =>
    owners?.files.has(path) === true || folders.some((folder) => `${path}/`.startsWith(folder));
  const mounts = container.mounts.map(({ target }) => target);
  return {
    carried: container.mounts
      .flatMap((mount) => (mount.kind === 'tmpfs' || mount.target === serversFolder ? [] : [mount.target]))
      .sort(),
    promotable: promotable(found, owners),
    lost: lostPaths(changes, mounts, ofPackages),
    restored: restoredFrom(container),
  };
}

/** The snapshot that a container was put back to, by name; null for none. Pure. */
export function restoredFrom({ labels: own }: Pick<ContainerDetail, 'labels'>): string | null {
  const name = own[labels.restored] ?? '';
  return name === '' ? null : name;
}

/** Null where it takes too long: then it is as for one that does not run. */
async function ask(engine: Engine, id: string, script: string, signal?: AbortSignal): Promise<Owners | null> {
  const limit = timeLimit(askMs);
  const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  try {
    return ownersOf((await runAsRoot(engine, id, ['/bin/sh', '-c', script], either)).stdout);
  } catch (error) {
    if (limit.aborted && signal?.aborted !== true) return null;
    throw error;
  }
}
