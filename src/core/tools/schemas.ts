import { z } from 'zod';

/** Which container a call is about. */
export const container = z
  .string()
  .min(1)
  .max(200)
  .describe('The container: the name or id from `list`, `spawn` or `attach`.');

/** A path in a container. */
export const path = z
  .string()
  .min(1)
  .max(4096)
  .describe(
    'A path in the container, relative to the workspace or absolute. Only the workspace and the template’s mounts can be reached.',
  );

/** What makes a repeat harmless. */
export const retryKey = z
  .string()
  .min(1)
  .max(200)
  .describe(
    'A text of your own, one for each thing to do. A repeat with the same key within 24 hours does nothing and tells what the first call did.',
  );

const part = z.object({
  text: z.string(),
  encoding: z.enum(['utf8', 'base64']).describe('base64 where the bytes are no text.'),
  left: z.int().describe('Bytes that follow: call exec_poll with the cursor for them.'),
  truncated: z.boolean().describe('Over 10 MB were written; what came after that is lost.'),
});

/** A command on record, as it is told. */
export const recorded = z.object({
  id: z.string(),
  state: z.enum(['running', 'exited', 'timed_out', 'cancelled', 'lost']),
  exit_code: z.int().nullable(),
  duration_ms: z.int().nullable(),
  stdout: part,
  stderr: part,
  cursor: z.string().describe('Hand it to exec_poll to read on.'),
  repeated: z.boolean().describe('The retry key had been used: nothing was started.'),
});

/** A project’s row, as it is told. */
export const project = z.object({
  id: z.string(),
  name: z.string(),
  folder: z.string(),
  template: z.string(),
  state: z.string(),
  health: z.string(),
  detail: z.string(),
  workspace: z.string().describe('Where the project lies in the container.'),
  user: z.string(),
  kind: z.enum(['project', 'agent']).describe('agent: one that an agent spawned by a key.'),
  branch: z.string().nullable().describe('Of an agent’s own git worktree.'),
  expires: z.string().nullable().describe('When an agent’s own container ends itself; it does not start again.'),
  secrets: z.array(z.string()).describe('The names of the secrets that it has; never their values.'),
});

/** How bytes are told in a text. */
export const encoding = z.enum(['utf8', 'base64']);
