import type { Disposable } from '../lifetime';
import type { ProjectIdentity } from '../model';
import type { Record, Told } from './record';
import type { Projects, UpResult } from './types';

type Changes =
  | 'up'
  | 'buildImage'
  | 'refreshContainer'
  | 'rollback'
  | 'start'
  | 'stop'
  | 'restart'
  | 'remove'
  | 'relink';

/** The same projects, with every change that is asked of them written into the journal. */
export function journalled(projects: Projects & Disposable, record: Record): Projects & Disposable {
  const changing: Pick<Projects, Changes> = {
    up: (folder, options, progress, signal) =>
      record(
        async () => ({ project: await projects.identify(folder, options.name) }),
        () => projects.up(folder, options, progress, signal),
        toldOfUp,
      ),
    buildImage: (template, folder, options, progress, signal) =>
      record(
        { template },
        () => projects.buildImage(template, folder, options, progress, signal),
        (built) => (built.reused ? null : { kind: 'image_built', template: built.template }),
      ),
    refreshContainer: (row, options, progress, signal) =>
      record(
        about(row),
        () => projects.refreshContainer(row, options, progress, signal),
        ({ row: { container }, refreshed }) => {
          const { restore } = options;
          if (restore !== undefined) return { kind: 'snapshot_restored', container, cause: restore.snapshot.name };
          return refreshed ? { kind: 'refreshed', container, cause: row.stale[0]?.message ?? 'asked for' } : null;
        },
      ),
    rollback: (row, signal) =>
      record(
        about(row),
        () => projects.rollback(row, signal),
        ({ row: { container, generation } }) => ({
          kind: 'rolled_back',
          container,
          cause: `to generation ${generation}`,
        }),
      ),
    start: (row, signal) =>
      record(
        about(row),
        () => projects.start(row, signal),
        ({ container }) => ({ kind: 'started', container }),
      ),
    stop: (row, signal) =>
      record(
        about(row),
        () => projects.stop(row, signal),
        ({ container }) => ({ kind: 'stopped', container }),
      ),
    restart: (row, signal) =>
      record(
        about(row),
        () => projects.restart(row, signal),
        ({ container }) => ({ kind: 'restarted', container }),
      ),
    remove: (row, options, signal) =>
      record(
        about(row),
        () => projects.remove(row, options, signal),
        (kept) => ({
          kind: 'removed',
          container: row.container,
          ...(options.purge ? { cause: 'with its volumes' } : kept.length > 0 ? { cause: 'volumes kept' } : {}),
        }),
      ),
    relink: (row, folder, signal) =>
      record(
        about(row),
        () => projects.relink(row, folder, signal),
        ({ folder: now }) => ({
          kind: 'relinked',
          cause: `now in ${now}`,
        }),
      ),
  };
  // All that only looks is the original's own.
  return Object.assign(Object.create(projects) as Projects & Disposable, changing);
}

function about({ id, name, template }: ProjectIdentity & { readonly template: string }) {
  return { project: { id, name }, template };
}

/** An `up` that found all as it should be changed nothing. */
function toldOfUp({ row, reused, timings }: UpResult): Told | null {
  if (reused) return null;
  const { container, template, generation } = row;
  const project = { id: row.id, name: row.name };
  const made = timings.create > 0;
  return { kind: made ? (generation > 1 ? 'replaced' : 'created') : 'started', project, container, template };
}
