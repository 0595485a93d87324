import { createHash, randomBytes } from 'node:crypto';
import { BerthError } from '../errors';
import { variableName } from '../line/wrap';
import { shellCommand } from '../quote';
import { beginning, positionOf, type Position } from './output';
import { readReply, recordedOf, type Reply } from './recorded-reply';
import { cancelScript, launchScript, pollScript } from './recorder-script';
import { LateError, subshell } from './shells';
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
  const waits = waitMs > 0;
  const words = [
    ...[`${user}:${name}`, digestOf(spec), String(Math.max(1, Math.ceil(spec.timeoutMs / 1000)))],
    ...[String(spec.atOnce), waits ? 'wait' : 'start', String(replyBytes), spec.cwd ?? box.workspacePath],
  ];
  const script = `${launchScript(spec.argv, variables(spec.env))}\nbegin ${shellCommand(words)}`;
  const as = spec.user === undefined ? {} : asUser(box, spec.user);
  let told: Reply;
  try {
    const asked = { ...as, ...(signal === undefined ? {} : { signal }), ...(waits ? { timeoutMs: waitMs } : {}) };
    told = readReply((await box.shells.ask(script, asked)).stdout);
  } catch (error) {
    if (!(error instanceof LateError)) throw error;
    return pollRecorded(box, id, undefined, 0, signal);
  }
  switch (told.kind) {
    case 'told':
      // More than one reply takes: what there is of each stream is told by a poll.
      if (told.bytes.length > replyBytes) {
        return { ...(await pollRecorded(box, id, undefined, 0, signal)), repeated: told.repeated };
      }
      return recordedOf(id, beginning, told);
    case 'busy':
      throw new BerthError('command_limit', `${told.running} commands run in ${box.project.name} already.`, {
        hint: 'Wait for one of them with exec_poll, or end one with exec_cancel.',
      });
    case 'other':
      throw new BerthError('bad_usage', 'This retry key was used for another command.', {
        hint: 'Take a new key for a new command.',
      });
    case 'folder':
      throw new BerthError('file_not_found', `The container has no folder ${spec.cwd ?? ''} to run the command in.`);
    case 'none':
      throw new BerthError('command_unrecordable', `${box.project.name} lacks ${told.why}.`, {
        hint: 'Commands are recorded by util-linux’s setsid and coreutils in a folder of the user’s home.',
      });
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
  const asked = { ...asUser(box, user), ...(signal === undefined ? {} : { signal }) };
  const told = readReply((await box.shells.ask(subshell(script, words), asked)).stdout);
  if (told.kind !== 'told') throw unknownCommand(id);
  return { ...recordedOf(id, from, told), repeated: false };
}

function asUser(box: Box, user: string): { readonly user?: string } {
  return user === box.user ? {} : { user };
}

/** @throws BerthError `bad_usage` for a name that no shell takes. */
function variables(env: RecordedSpec['env']): readonly (readonly [string, string])[] {
  return Object.entries(env ?? {}).map(([name, value]) => [variableName(name), value] as const);
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
