import { z } from 'zod';
import { examine } from '../doctor';
import { lastLines } from '../sandbox/last-lines';
import { workspaceDiff } from '../sandbox/diff';
import { diffOf } from '../worktrees/reply';
import { container } from './schemas';
import { tool } from './tool';

/** Reads a log. */
export const logs = tool({
  name: 'logs',
  title: 'Read a container’s log',
  description: 'The last lines that a container’s main process, or one of its services, wrote.',
  input: z.object({
    container,
    service: z.string().optional().describe('A service’s name from status; the container’s own log when left out.'),
    tail: z.int().min(1).max(5000).default(200),
  }),
  output: z.object({ text: z.string(), truncated: z.boolean().describe('100 KiB are told; more was there.') }),
  hints: { readOnly: true, idempotent: true },
  async run({ core, boxes, signal }, { container: name, service, tail }) {
    const row = await boxes.row(name, signal);
    const options = { follow: false, tail };
    const log = await (service === undefined
      ? core.projects.logs(row, options, signal)
      : core.services.logs(row, service, options, signal));
    return lastLines(log);
  },
});

/** Shows changes by git. */
export const diff = tool({
  name: 'diff',
  title: 'Show changes',
  description:
    'What changed in the container’s workspace by git: the branch, a line for each file, and the patch. Of a worktree that was spawned for you, all since it began: commits, uncommitted changes and new files. Elsewhere, or with since, what differs from a commit (HEAD, unless said else); new files that git does not know are then listed, not shown.',
  input: z.object({
    container,
    since: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_./~^@{}-]{0,199}$/)
      .optional()
      .describe('A commit or branch.'),
  }),
  output: z.object({
    branch: z.string().nullable(),
    commits: z.array(z.object({ id: z.string(), subject: z.string() })).describe('Of a worktree; the newest first.'),
    files: z.array(z.object({ status: z.string(), path: z.string() })),
    patch: z.string(),
    truncated: z.boolean(),
  }),
  hints: { readOnly: true, idempotent: true },
  async run({ core, boxes, signal }, { container: name, since }) {
    const worktree = since === undefined ? await core.worktrees.at((await boxes.row(name, signal)).folder) : null;
    if (worktree !== null) return diffOf(await core.worktrees.changes(worktree, signal));
    const { files, ...changes } = await workspaceDiff(await boxes.open(name, signal), since ?? 'HEAD', signal);
    return { ...changes, commits: [], files: [...files] };
  },
});

/** Examines the machine. */
export const doctor = tool({
  name: 'doctor',
  title: 'Examine the machine',
  description: 'Whether all that Berth needs is there, and how to mend what is not.',
  input: z.object({}),
  output: z.object({
    healthy: z.boolean(),
    findings: z.array(
      z.object({ check: z.string(), level: z.string(), message: z.string(), mend: z.string().nullable() }),
    ),
  }),
  hints: { readOnly: true, idempotent: true },
  async run({ core, signal }) {
    const { healthy, findings } = await examine(core, [], signal);
    return { healthy, findings: findings.map(({ mend = null, ...finding }) => ({ ...finding, mend })) };
  },
});
