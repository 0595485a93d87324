import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import { forgetGrants } from '../git/grants';
import { forgetSecretGrants } from '../secrets/agent-grants';
import { requireTime } from '../lifespan/lifespan';
import { removeDialFolder } from '../line/dial-folder';
import { withLock } from '../lock';
import { noProgress } from '../log';
import { labels } from '../model';
import type { ContainerState, ProjectIdentity, ProjectRow } from '../model';
import { stopGraceSeconds } from './switch';
import type { ProjectsParts } from './context';
import { isProjectContainer } from './containers';
import { eachStart } from './each-start';
import { identifyFolder } from './folders';
import { containerGone } from './rows';
import { writeLink, writeProjectState } from './state-file';
import type { RemovePlan } from './types';
import { storageRows } from '../storage/look';
import { purgeVolumes } from '../storage/purge';
import { listProjectVolumes } from '../storage/volumes';
import { requireFilled } from '../storage/workspace-fill';

/** Starts, stops or restarts a project's container, waiting for its lock, and returns the row as it is then. */
export async function changeState(
  parts: ProjectsParts,
  row: ProjectRow,
  verb: 'start' | 'stop' | 'restart',
  signal?: AbortSignal,
): Promise<ProjectRow> {
  const engine = await parts.connection.get(signal);
  return withLock(
    parts.home.locksDir,
    row.id,
    async () => {
      const now = await parts.store.loadOne(engine, row.id, undefined, signal);
      if (now?.container == null) throw containerGone(row.name);
      if (verb !== 'stop') requireTime(now);
      if (verb !== 'stop') await requireFilled(parts.home, now);
      if (verb === 'start') await engine.startContainer(now.container, signal);
      else if (verb === 'stop') await engine.stopContainer(now.container, stopGraceSeconds, signal);
      else await engine.restartContainer(now.container, stopGraceSeconds, signal);
      if (verb !== 'stop') await atStart(parts, engine, now, signal);
      const after = await parts.store.loadOne(engine, row.id, undefined, signal);
      if (after === null) throw containerGone(row.name);
      return after;
    },
    signal,
  );
}

/** What each start needs, for a start that had it not yet. What failed is shown by the row and thrown. */
async function atStart(parts: ProjectsParts, engine: Engine, row: ProjectRow, signal?: AbortSignal): Promise<void> {
  const container = await engine.inspectContainer(row.container ?? row.containerName, signal);
  if (container?.state !== 'running') return;
  try {
    await eachStart({ ...parts, engine, row, container }, noProgress, signal);
  } catch (error) {
    await parts.store.loadOne(engine, row.id);
    throw error;
  }
}

/** What a removal would take, and what it would leave. */
export async function planRemove(parts: ProjectsParts, row: ProjectRow, signal?: AbortSignal): Promise<RemovePlan> {
  const engine = await parts.connection.get(signal);
  const volumes = await listProjectVolumes(engine, await parts.home.owner(), row.id, signal);
  const container = row.container === null ? null : await engine.inspectContainer(row.container, signal);
  return { row, volumes: storageRows(volumes, container?.mounts ?? [], new Map()) };
}

/** Removes the project's containers, and its volumes only where `purge` says so. @returns names of the volumes kept */
export async function remove(
  parts: ProjectsParts,
  row: ProjectRow,
  purge: boolean,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const engine = await parts.connection.get(signal);
  const owner = await parts.home.owner();
  const activity: ContainerState = 'removing';
  return withLock(
    parts.home.locksDir,
    row.id,
    async () => {
      const doing = parts.store.doing(row, activity);
      try {
        const own = { [labels.owner]: owner, [labels.project]: row.id };
        for (const container of await engine.listContainers({ labels: own }, signal)) {
          // What a crash has left of a trial goes too, or it would go on, and keep the volumes.
          if (!isProjectContainer(container) && container.labels[labels.kind] !== 'canary') continue;
          await engine.removeContainer(container.id, { force: true }, signal);
          (await parts.lines()).drop(container.id);
        }
        const volumes = (await listProjectVolumes(engine, owner, row.id, signal)).map(({ name }) => name);
        if (purge) await purgeVolumes({ engine, home: parts.home, owner, project: row.id }, volumes, signal);
        await Promise.all([parts.ssh.removeHost(row.id), removeDialFolder(parts.home, row.id)]);
        await Promise.all([forgetGrants(parts.home, row.id), forgetSecretGrants(parts.home, row.id)]);
        return purge ? [] : volumes;
      } finally {
        doing.dispose();
        await parts.store.loadOne(engine, row.id, undefined, signal);
      }
    },
    signal,
  );
}

/** @throws BerthError `container_conflict` when the folder is another project's already */
export async function relink(parts: ProjectsParts, row: ProjectRow, folder: string): Promise<ProjectIdentity> {
  const there = await identifyFolder(parts.home, folder);
  const taken = parts.store.snapshot.rows.find((other) => other.id === there.id && other.id !== row.id);
  if (taken !== undefined) {
    throw new BerthError('container_conflict', `${there.folder} is the folder of ${taken.name} already.`, {
      hint: `Remove that project first: \`berth rm ${taken.id}\`.`,
    });
  }
  return withLock(parts.home.locksDir, row.id, async () => {
    await withLock(parts.home.locksDir, 'links', () => writeLink(parts.home, there.folder, row.id));
    await writeProjectState(parts.home, row.id, { name: row.name, folder: there.folder });
    return { id: row.id, name: row.name, folder: there.folder };
  });
}
