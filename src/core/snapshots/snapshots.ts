import type { EngineConnection } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import type { Projects } from '../projects/types';
import type { Record } from '../projects/record';
import { projectOfSnapshots } from './find-project';
import { dropKept } from './kept';
import { listSnapshots, prunePlan } from './list';
import type { SnapshotPlace, Snapshots } from './types';

export interface SnapshotsContext {
  readonly home: BerthHome;
  readonly connection: EngineConnection;
  readonly projects: Pick<Projects, 'find' | 'identify' | 'refreshContainer'>;
  readonly record: Record;
}

/** Puts the room together; nothing is connected to before something is asked for. */
export function createSnapshots({ home, connection, projects, record }: SnapshotsContext): Snapshots {
  const place = async (signal?: AbortSignal): Promise<SnapshotPlace> => ({
    engine: await connection.get(signal),
    owner: await home.owner(),
    home,
  });
  const list = async (project: string | undefined, signal?: AbortSignal) =>
    listSnapshots(await place(signal), project, signal);
  const find: Snapshots['find'] = async (project, name, signal) => {
    const found = (await list(project.id, signal)).find((snapshot) => snapshot.name === name);
    if (found !== undefined) return found;
    throw new BerthError('snapshot_not_found', `${project.name} has no snapshot "${name}".`, {
      hint: 'See `berth snapshot ls` for those there are.',
    });
  };
  return {
    list,
    find,
    create: (row, options, signal) =>
      record(
        { project: row, template: row.template },
        async () => {
          const where = await place(signal);
          const { createSnapshot } = await import('./create');
          // A container that is being switched is half one and half another.
          const tag = await withLock(home.locksDir, row.id, () => createSnapshot(where, row, options, signal), signal);
          return find(row, tag.slice(tag.lastIndexOf(':') + 1), signal);
        },
        ({ name }) => ({ kind: 'snapshot_made', container: row.container, cause: name }),
      ),
    findProject: async (query, cwd, signal) => {
      try {
        return await projects.find(query, cwd, signal);
      } catch (error) {
        if (!(error instanceof BerthError) || error.code !== 'project_not_found') throw error;
        const found = await projectOfSnapshots(await list(undefined, signal), query, cwd, projects);
        if (found === null) throw error;
        return found;
      }
    },
    remove: (snapshot, signal) =>
      record(
        { project: snapshot.project, template: snapshot.template },
        async () => {
          const { engine } = await place(signal);
          const users = (await engine.listContainers({ labels: {} }, signal)).filter(
            ({ imageId }) => imageId === snapshot.image,
          );
          if (users.length > 0) {
            const names = users.map(({ name }) => name).join(', ');
            throw new BerthError('snapshot_in_use', `The snapshot "${snapshot.name}" is in use by ${names}.`, {
              hint: 'Refresh or remove that container first; one kept for a rollback counts too.',
            });
          }
          await engine.removeImage(snapshot.tag, signal);
          await dropKept(home, snapshot.image);
        },
        () => ({ kind: 'snapshot_removed', cause: snapshot.name }),
      ),
    restore: async (row, snapshot, { volumes = false, ...options }, progress, signal) => {
      if (volumes && snapshot.volumes.length === 0) {
        throw new BerthError(
          'bad_usage',
          `No volumes were kept with the snapshot "${snapshot.name}" on this machine.`,
          {
            hint: 'Restore it without them; `berth snapshot create --volumes` keeps them.',
          },
        );
      }
      return projects.refreshContainer(row, { ...options, restore: { snapshot, volumes } }, progress, signal);
    },
    planRestore: async (row, snapshot, signal) => {
      const { planRestore } = await import('./restore');
      return planRestore(await connection.get(signal), row, snapshot, signal);
    },
    plant: async (snapshot, folder, signal) => {
      const { plantSnapshot } = await import('./plant');
      return plantSnapshot(await connection.get(signal), snapshot, folder, signal);
    },
    planPrune: async ({ id }, keep, signal) => prunePlan(await list(id, signal), keep),
  };
}
