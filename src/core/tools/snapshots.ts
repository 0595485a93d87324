import { z } from 'zod';
import { BerthError } from '../errors';
import { noProgress } from '../log';
import type { Snapshot } from '../snapshots/types';
import type { Core } from '../types';
import { container, project } from './schemas';
import { tool } from './tool';
import { projectOf } from './words';

/** Which snapshot a call is about. */
export const snapshot = z.string().min(1).max(300).describe('The id that `snapshot` or snapshot_list told.');

const told = z.object({
  id: z.string().describe('Names it for spawn, snapshot_restore and snapshot_remove.'),
  name: z.string(),
  note: z.string().nullable(),
  project: z.string().describe('The name of the project that it was made of.'),
  created: z.string(),
  size_bytes: z.int().describe('With all that it shares with other images.'),
  own_bytes: z.int().nullable().describe('What it has beyond its template’s image.'),
  volumes: z.boolean().describe('Whether volumes were kept beside it.'),
  used_by: z.array(z.string()).describe('Containers that are made from it.'),
});

/** Keeps a container as it is. */
export const make = tool({
  name: 'snapshot',
  title: 'Keep a container as it is',
  description:
    'Keeps what a container has on its disk, such as packages that were installed, as an image: spawn begins another container with it, snapshot_restore goes back to it. It outlives the container. What lies in the workspace and on volumes, the home folder among them, is not in the image; volumes: true archives the volumes beside it, for snapshot_restore.',
  input: z.object({
    container,
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_.-]{0,59}$/)
      .optional()
      .describe('Made of the time where it is left out.'),
    note: z.string().max(500).optional(),
    volumes: z.boolean().default(false),
  }),
  output: z.object({ snapshot: told }),
  hints: {},
  async run({ core, boxes, signal }, { container: of, name, note, volumes }) {
    const options = { ...(name === undefined ? {} : { name }), ...(note === undefined ? {} : { note }), volumes };
    return { snapshot: toldOf(await core.snapshots.create(await boxes.row(of, signal), options, signal)) };
  },
});

/** Tells what snapshots there are. */
export const list = tool({
  name: 'snapshot_list',
  title: 'List snapshots',
  description:
    'The snapshots of a container’s project, the newest first, or those of all; also of containers that are gone.',
  input: z.object({ container: container.optional() }),
  output: z.object({ snapshots: z.array(told) }),
  hints: { readOnly: true, idempotent: true },
  async run({ core, boxes, signal }, { container: of }) {
    const id = of === undefined ? undefined : (await boxes.row(of, signal)).id;
    return { snapshots: (await core.snapshots.list(id, signal)).map(toldOf) };
  },
});

/** Goes back to one. */
export const restore = tool({
  name: 'snapshot_restore',
  title: 'Go back to a snapshot',
  description:
    'Puts a container back to one of its own snapshots: what runs in it ends, what was changed on its disk since is put aside with the former container, and the workspace stays. With volumes: true the volumes that were kept beside the snapshot come back too.',
  input: z.object({
    container,
    snapshot,
    volumes: z.boolean().default(false),
    now: z.boolean().default(false).describe('Although somebody works in it, or something is in it alone.'),
  }),
  output: project,
  hints: { destructive: true, idempotent: true },
  async run({ core, boxes, signal, tell }, { container: of, snapshot: id, volumes, now }) {
    const row = await boxes.row(of, signal);
    const found = await snapshotBy(core, id, signal);
    if (found.project.id !== row.id) {
      throw new BerthError('bad_usage', `That snapshot is ${found.project.name}’s, not one of ${row.name}.`, {
        hint: 'See snapshot_list for its own, or spawn another container from it.',
      });
    }
    const options = { volumes, now, unasked: true };
    const { row: after } = await core.snapshots.restore(
      row,
      found,
      options,
      (event) => (event.kind === 'step' || event.kind === 'notice' ? tell(event.message) : noProgress(event)),
      signal,
    );
    return projectOf(after);
  },
});

/** Gives one up. */
export const remove = tool({
  name: 'snapshot_remove',
  title: 'Remove a snapshot',
  description: 'Removes a snapshot that no container is made from.',
  input: z.object({ snapshot }),
  output: z.object({ removed: z.string() }),
  hints: { destructive: true },
  async run({ core, signal }, { snapshot: id }) {
    await core.snapshots.remove(await snapshotBy(core, id, signal), signal);
    return { removed: id };
  },
});

/** The snapshot of an id that a tool told. @throws BerthError `snapshot_not_found` */
export async function snapshotBy(
  { snapshots }: Pick<Core, 'snapshots'>,
  id: string,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const found = (await snapshots.list(undefined, signal)).find(({ tag }) => idOf(tag) === id);
  if (found !== undefined) return found;
  throw new BerthError('snapshot_not_found', `There is no snapshot ${JSON.stringify(id)}.`, {
    hint: 'See snapshot_list for those there are.',
  });
}

/** Without the repository, which Podman writes otherwise. */
function idOf(tag: string): string {
  return tag.slice(tag.lastIndexOf('/') + 1);
}

function toldOf({ tag, name, note, project: of, created, ...more }: Snapshot): z.output<typeof told> {
  return {
    ...{ id: idOf(tag), name, note, project: of.name, created },
    size_bytes: more.sizeBytes,
    own_bytes: more.ownBytes,
    volumes: more.volumes.length > 0,
    used_by: [...more.usedBy],
  };
}
