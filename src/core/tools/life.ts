import { z } from 'zod';
import { BerthError } from '../errors';
import type { Progress } from '../log';
import { killBox } from '../sandbox/kill';
import { spawnBox } from '../sandbox/spawn';
import { worktreeWish } from '../worktrees/wish';
import { container, project, retryKey } from './schemas';
import { snapshot, snapshotBy } from './snapshots';
import { tool } from './tool';
import { projectOf } from './words';

/** Makes an agent a container, or finds the one that it has. */
export const spawn = tool({
  name: 'spawn',
  title: 'Make a container',
  description:
    'Makes a container and starts it: by a key from a template or a snapshot, with an empty workspace of its own. With a folder it finds that project’s container, and makes one only where the user allowed it. With key, folder and worktree it makes a branch and a git worktree of that project with a container of its own: work there, and the user accepts or discards it. A repeat finds what is there. Limits above what the user allows are cut, and notices say so.',
  input: z.object({
    key: retryKey
      .describe('A text of your own. The same key is the same container, however often it is asked for.')
      .optional(),
    folder: z.string().startsWith('/').max(4096).optional().describe('A folder on this machine to make it around.'),
    template: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
      .optional()
      .describe('A template’s name, with a key.'),
    snapshot: snapshot.optional().describe('With a key: begins with what a snapshot has, in place of a template.'),
    worktree: z.boolean().optional().describe('With key and folder: a git worktree of that project, yours alone.'),
    cpus: z.number().positive().optional().describe('As much as the user allows, where it is left out.'),
    memory_mb: z.int().min(64).optional().describe('Likewise.'),
    pids: z.int().min(16).optional().describe('Processes and threads at once; likewise.'),
    ttl_s: z.int().min(1).optional().describe('The container ends itself so many seconds after it was made; likewise.'),
    network: z.enum(['full', 'none']).optional().describe('none: the container reaches nothing.'),
  }),
  output: z.object({ container: project, reused: z.boolean(), notices: z.array(z.string()) }),
  hints: { idempotent: true, openWorld: true },
  async run({ core, folders, client, signal, tell }, input) {
    const { key, folder, template, network } = input;
    const limits = { cpus: input.cpus, memoryMb: input.memory_mb, pids: input.pids, ttlSeconds: input.ttl_s };
    if (input.worktree === true && input.snapshot !== undefined) {
      throw new BerthError('bad_usage', 'A worktree’s container is as its project’s template says.', {
        hint: 'Leave snapshot out, or folder and worktree.',
      });
    }
    const from = input.snapshot === undefined ? undefined : await snapshotBy(core, input.snapshot, signal);
    const wish = { trusted: folders, client, key, folder, template, snapshot: from, limits, network };
    const progress: Progress = (event) => {
      if (event.kind === 'step' || event.kind === 'notice') tell(event.message);
      else if (event.kind === 'build_step' && event.status === 'started') tell(`Building: ${event.name.slice(0, 80)}`);
    };
    const { row, reused, notices } = await (input.worktree === true
      ? core.worktrees.spawn(worktreeWish(wish), progress, signal)
      : spawnBox(core, wish, progress, signal));
    return { container: projectOf(row), reused, notices: [...notices] };
  },
});

/** Stops a container. */
export const stop = tool({
  name: 'stop',
  title: 'Stop a container',
  description: 'Stops a container; all it has stays, and the next use starts it again. What runs in it ends.',
  input: z.object({ container }),
  output: project,
  hints: { destructive: true, idempotent: true },
  run: async ({ core, boxes, signal }, { container: name }) =>
    projectOf(await core.projects.stop(await boxes.row(name, signal), signal)),
});

/** Removes a container. */
export const kill = tool({
  name: 'kill',
  title: 'Remove a container',
  description:
    'Removes a container with all that only it has. Volumes and the folder on this machine stay; so does a git worktree with all work in it. Of a container that was spawned by a key alone nothing stays.',
  input: z.object({ container }),
  output: z.object({ removed: z.string(), kept: z.array(z.string()).describe('Volumes that stay.') }),
  hints: { destructive: true, idempotent: true },
  async run({ core, boxes, signal }, { container: name }) {
    const row = await boxes.row(name, signal);
    return { removed: row.name, kept: [...(await killBox(core, row, signal))] };
  },
});
