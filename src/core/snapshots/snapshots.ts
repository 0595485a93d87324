import type { EngineConnection } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import type { Projects } from '../projects/types';
import type { Record } from '../projects/record';
import { projectOfSnapshots } from './find-project';
import { listSnapshots, prunePlan } from './list';
import type { SnapshotPlace, Snapshots } from './types';

export interface SnapshotsContext {
  readonly home: BerthHome;
  readonly connection: EngineConnection;
  readonly projects: Pick<Projects, 'find' | 'identify'>;
  readonly record: Record;
}

/** Puts the room together; nothing is connected to before something is asked for. */
export function createSnapshots({ home, connection, projects, record }: SnapshotsContext): Snapshots {
  const place = async (signal?: AbortSignal): Promise<SnapshotPlace> => ({
    engine: await connection.get(signal),
    owner: await home.owner(),
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
          const { engine } = await place(signal);
          const { createSnapshot } = await import('./create');
          // A container that is being switched is half one and half another.
          const tag = await withLock(home.locksDir, row.id, () => createSnapshot(engine, row, options, signal), signal);
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
        },
        () => ({ kind: 'snapshot_removed', cause: snapshot.name }),
      ),
    planPrune: async ({ id }, keep, signal) => prunePlan(await list(id, signal), keep),
  };
}
