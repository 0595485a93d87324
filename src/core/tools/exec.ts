import { posix } from 'node:path';
import { z } from 'zod';
import { BerthError } from '../errors';
import { forgetRecorded } from '../sandbox/forget';
import { cancelRecorded, newRecordedId, pollRecorded, recordedId, startRecorded } from '../sandbox/recorded';
import type { Box, Recorded, RecordedSpec } from '../sandbox/types';
import { container, recorded, retryKey } from './schemas';
import { tool, type Call } from './tool';
import { recordedOf } from './words';

/** Commands that may run in a container at once. */
const atOnce = 4;

const command = {
  container,
  argv: z
    .array(z.string())
    .min(1)
    .describe('The program and its arguments, run by no shell. With shell: true the one text that /bin/sh -c takes.'),
  shell: z.boolean().default(false).describe('Run argv[0] as a shell script.'),
  cwd: z.string().optional().describe('Working folder; relative to the workspace, which is the default.'),
  env: z.record(z.string(), z.string()).optional().describe('Variables beside those of the container.'),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
    .optional()
    .describe('Who runs it; the container’s login user when left out.'),
  timeout_s: z.number().positive().max(1800).default(300).describe('The command is ended after so many seconds.'),
  retry_key: retryKey.optional(),
};

const id = z.string().describe('As exec_start or exec gave it.');
const cursor = z.string().optional().describe('As the reply before gave it; left out, from the beginning.');

const tools = 'It goes on when this server ends; read it with exec_poll, end it with exec_cancel.';

/** Runs a command and waits for its end. */
export const exec = tool({
  name: 'exec',
  title: 'Run a command and wait',
  description: `Runs a command in a container and waits for its end, up to wait_s seconds. If state is then "running", nothing is lost: read on with exec_poll(id, cursor). At most 100 KiB of output come at once.`,
  input: z.object({
    ...command,
    wait_s: z.number().min(1).max(600).default(50).describe('How long the end is waited for.'),
  }),
  output: recorded,
  hints: { destructive: true, openWorld: true },
  async run(call, { wait_s: waitSeconds, ...input }) {
    const box = await call.boxes.open(input.container, call.signal);
    const until = performance.now() + waitSeconds * 1000;
    const spec = specOf(box, input);
    const id = newRecordedId(box, spec);
    let now: Recorded;
    try {
      now = await startRecorded(box, id, spec, waitSeconds * 1000, call.signal);
      while (now.state === 'running' && now.repeated && performance.now() < until) {
        now = { ...(await pollRecorded(box, id, undefined, 2_000, call.signal)), repeated: true };
      }
    } catch (error) {
      // Who cancels the call wants the command ended.
      if (call.signal.aborted) await cancelRecorded(box, id, undefined).catch(() => undefined);
      throw error;
    }
    const told = now.stdout.left + now.stderr.left === 0 && now.state !== 'running';
    if (told && spec.retryKey === undefined) forgetRecorded(box, now.id);
    return recordedOf(now);
  },
});

/** Starts a command that goes on. */
export const execStart = tool({
  name: 'exec_start',
  title: 'Start a command',
  description: `Starts a command in a container and returns its id at once. ${tools}`,
  input: z.object(command),
  output: recorded,
  hints: { destructive: true, openWorld: true },
  async run(call, input) {
    const box = await call.boxes.open(input.container, call.signal);
    const spec = specOf(box, input);
    return recordedOf(await startRecorded(box, newRecordedId(box, spec), spec, 0, call.signal));
  },
});

/** Reads what a command has written. */
export const execPoll = tool({
  name: 'exec_poll',
  title: 'Read a command’s output',
  description:
    'New output of a command since a cursor, its state and, once it has ended, its exit code. Waits up to wait_s seconds for something new. Records are kept for 24 hours after the end.',
  input: z.object({ id, cursor, wait_s: z.number().min(0).max(30).default(0) }),
  output: recorded,
  hints: { readOnly: true, idempotent: true },
  run: async (call, { id: asked, cursor: from, wait_s: seconds }) =>
    recordedOf(await pollRecorded(await boxOf(call, asked), asked, from, seconds * 1000, call.signal)),
});

/** Ends a command. */
export const execCancel = tool({
  name: 'exec_cancel',
  title: 'End a command',
  description:
    'Ends a command and all it started: TERM, and KILL two seconds later. One that has ended stays as it is.',
  input: z.object({ id, cursor }),
  output: recorded,
  hints: { destructive: true, idempotent: true },
  run: async (call, { id: asked, cursor: from }) =>
    recordedOf(await cancelRecorded(await boxOf(call, asked), asked, from, call.signal)),
});

function boxOf(call: Call, asked: string): Promise<Box> {
  return call.boxes.open(recordedId(asked).project, call.signal);
}

function specOf(box: Box, input: z.output<z.ZodObject<typeof command>>): RecordedSpec {
  const { argv, shell, cwd, env, user } = input;
  if (shell && argv.length !== 1) {
    throw new BerthError('bad_usage', 'With shell: true argv holds one text, the script.', {
      hint: 'Leave shell out to run a program with arguments.',
    });
  }
  return {
    argv: shell ? ['/bin/sh', '-c', ...argv] : argv,
    ...(cwd === undefined ? {} : { cwd: posix.resolve(box.workspacePath, cwd) }),
    ...(env === undefined ? {} : { env }),
    ...(user === undefined ? {} : { user }),
    timeoutMs: input.timeout_s * 1000,
    atOnce,
    ...(input.retry_key === undefined ? {} : { retryKey: input.retry_key }),
  };
}
