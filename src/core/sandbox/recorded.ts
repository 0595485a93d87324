import { createHash, randomBytes } from 'node:crypto';
import { BerthError } from '../errors';
import { collect } from './collect';
import { beginning, positionOf, type Position } from './output';
import { readReply, recordedOf } from './recorded-reply';
import { cancelScript, forgetScript, pollScript, startScript } from './recorder-script';
import type { Box, Recorded, RecordedSpec } from './types';

/** Bytes of output in one reply, both streams together. */
export const replyBytes = 100 * 1024;

/** `PROJECT.NAME.USER`: all that is needed to find a command again, in whichever process asks. */
const idPattern = /^([0-9a-f]{12})\.([0-9a-f]{24})\.([a-z_][a-z0-9_-]{0,31})$/;

/** What an id of a command says. @throws BerthError `command_unknown` for what is none. Pure. */
export function recordedId(id: string): { readonly project: string; readonly name: string; readonly user: string } {
  const [, project, name, user] = idPattern.exec(id) ?? [];
  if (project === undefined || name === undefined || user === undefined) throw unknownCommand(id);
  return { project, name, user };
}

/** The id that a command gets: by its retry key, so that whoever asks again finds what was started; else by chance. */
export function newRecordedId({ project, user }: Box, spec: Pick<RecordedSpec, 'retryKey' | 'user'>): string {
  const { retryKey } = spec;
  const name =
    retryKey === undefined
      ? randomBytes(12).toString('hex')
      : createHash('sha256').update(`${project.id}\0${retryKey}`).digest('hex').slice(0, 24);
  return `${project.id}.${name}.${spec.user ?? user}`;
}

/**
 * Starts a command under the recorder, by an id of {@link newRecordedId}. `waitMs`: how long its end is waited for; it goes
 * on beyond that, and when the caller cancels.
 * @throws BerthError `command_limit` where enough run, `bad_usage` where the id stands for another command
 */
export async function startRecorded(
  box: Box,
  id: string,
  spec: RecordedSpec,
  waitMs: number,
  signal?: AbortSignal,
): Promise<Recorded> {
  const { name, user } = recordedId(id);
  const seconds = String(Math.max(1, Math.ceil(spec.timeoutMs / 1000)));
  const waits = waitMs > 0;
  const words = [`${user}:${name}`, digestOf(spec), seconds, String(spec.atOnce), waits ? 'wait' : 'start'];
  const started = collect(
    box.runner,
    {
      argv: ['/bin/sh', '-c', startScript, 'berth', ...words, String(replyBytes), ...spec.argv],
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      ...(spec.env === undefined ? {} : { env: spec.env }),
      ...(spec.user === undefined ? {} : { user: spec.user }),
    },
    undefined,
    waits ? undefined : signal,
  );
  const reply = waits ? await sooner(started, waitMs, signal) : await started;
  if (reply === null) return pollRecorded(box, id, undefined, 0, signal);
  const told = readReply(reply.stdout);
  switch (told.kind) {
    case 'told':
      return recordedOf(id, beginning, told);
    case 'busy':
      throw new BerthError('command_limit', `${told.running} commands run in ${box.project.name} already.`, {
        hint: 'Wait for one of them with exec_poll, or end one with exec_cancel.',
      });
    case 'other':
      throw new BerthError('bad_usage', 'This retry key was used for another command.', {
        hint: 'Take a new key for a new command.',
      });
    case 'none':
      throw new BerthError('command_unrecordable', `${box.project.name} lacks ${told.why}.`, {
        hint: 'Commands are recorded by util-linux’s setsid and coreutils in a folder of the user’s home.',
      });
  }
}

/** The end of a command, or null where it takes longer. What waits for it in the container harms nobody. */
async function sooner<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T | null> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<null>((resolve, reject) => {
        timer = setTimeout(() => resolve(null), ms);
        onAbort = () => reject(signal?.reason as Error);
        if (signal?.aborted === true) onAbort();
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

/** What is new since a cursor. `waitMs`: how long news are waited for. @throws BerthError `command_unknown`, `bad_usage` */
export async function pollRecorded(
  box: Box,
  id: string,
  cursor: string | undefined,
  waitMs: number,
  signal?: AbortSignal,
): Promise<Recorded> {
  const from = cursor === undefined ? beginning : positionOf(cursor);
  return ask(box, id, pollScript, from, [String(Math.round(waitMs / 100))], signal);
}

/** Ends a command and all that it started in its session; one that has ended is left as it is. */
export function cancelRecorded(
  box: Box,
  id: string,
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<Recorded> {
  return ask(box, id, cancelScript, cursor === undefined ? beginning : positionOf(cursor), [], signal);
}

/** Takes away the record of a command that has ended: where all of it was told and nobody can ask for it again. */
export async function forgetRecorded(box: Box, id: string): Promise<void> {
  const { name, user } = recordedId(id);
  await collect(box.runner, {
    ...asUser(box, user),
    argv: ['/bin/sh', '-c', forgetScript, 'berth', `${user}:${name}`],
  });
}

async function ask(
  box: Box,
  id: string,
  script: string,
  from: Position,
  more: readonly string[],
  signal?: AbortSignal,
): Promise<Recorded> {
  const { name, user } = recordedId(id);
  const words = [`${user}:${name}`, String(from.out), String(from.err), String(replyBytes), ...more];
  const argv = ['/bin/sh', '-c', script, 'berth', ...words];
  const { stdout } = await collect(box.runner, { ...asUser(box, user), argv, cwd: '/' }, undefined, signal);
  const told = readReply(stdout);
  if (told.kind !== 'told') throw unknownCommand(id);
  return { ...recordedOf(id, from, told), repeated: false };
}

function asUser(box: Box, user: string): { readonly user?: string } {
  return user === box.user ? {} : { user };
}

function digestOf({ argv, cwd, env, user }: RecordedSpec): string {
  const asked = JSON.stringify([argv, cwd ?? null, Object.entries(env ?? {}).sort(), user ?? null]);
  return createHash('sha256').update(asked).digest('hex');
}

function unknownCommand(id: string): BerthError {
  return new BerthError('command_unknown', `There is no record of a command ${JSON.stringify(id.slice(0, 80))}.`, {
    hint: 'Records are kept for 24 hours in the container’s home; start the command anew.',
  });
}
