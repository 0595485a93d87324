import type Docker from 'dockerode';
import { PassThrough, type Duplex, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BerthError } from '../errors';
import type { Api } from './api';
import { containerGone, containerPath } from './container-path';
import { engineWords, statusOf } from './failures';
import { outputsOf } from './streams';
import type { ExecProcess, ExecSpec } from './types';

/** Starts a process in a container through the engine. The signal ends the caller's part; the process goes on. */
export async function startExec(
  api: Api,
  containerId: string,
  spec: ExecSpec,
  signal?: AbortSignal,
): Promise<ExecProcess> {
  const { id, socket } = await openExec(api, containerId, spec, signal);
  const tty = spec.tty;
  const { stdout, stderr, ended } = outputsOf(socket, tty !== undefined);
  const letGo = new AbortController();
  const over = signal === undefined ? letGo.signal : AbortSignal.any([signal, letGo.signal]);
  const dispose = (): void => {
    letGo.abort();
    socket.destroy();
  };
  signal?.addEventListener('abort', dispose, { once: true });
  const exit = ended
    .then(
      () => exitCode(api, id, containerId, over),
      (error: unknown) => lostExit(api, id, containerId, error, over),
    )
    .finally(() => signal?.removeEventListener('abort', dispose));
  exit.catch(() => undefined);

  // One after the other: two requests on their way at once may arrive the other way round, and the older size would stay.
  let resized: Promise<unknown> = Promise.resolve();
  const resize = (columns: number, rows: number): Promise<void> => {
    const query = { h: rows, w: columns };
    const done = resized.then(async () => {
      await api.json('POST', `/exec/${id}/resize`, { doing: 'resize the terminal', query, signal: over });
    });
    resized = done.catch(() => undefined);
    return done;
  };
  if (tty !== undefined) await resize(tty.columns, tty.rows).catch(ignoreEnded);
  return { id, stdin: spec.stdin ? socket : closedInput(), stdout, stderr, exit, resize, dispose };
}

/** Creates an exec and starts it: its hijacked connection, still multiplexed where there is no terminal. */
export async function openExec(
  api: Api,
  containerId: string,
  spec: ExecSpec,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly socket: Duplex }> {
  const doing = `start ${spec.argv[0] ?? 'a process'} in the container`;
  try {
    const body = execMade(spec);
    const own = [404, 409, 500];
    const made = await api.json('POST', containerPath(containerId, 'exec'), { doing, body, signal, own });
    const { Id: id } = made as { Id: string };
    const socket = await api.hijack(`/exec/${id}/start`, { doing, body: execStarted(spec), signal, own });
    return { id, socket };
  } catch (error) {
    throw notStarted(api, containerId, error, doing, signal);
  }
}

/** What is asked for where an exec is made. Pure. */
export function execMade(spec: ExecSpec): Docker.ExecCreateOptions {
  return {
    Cmd: [...spec.argv],
    AttachStdin: spec.stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: spec.tty !== undefined,
    Env: Object.entries(spec.env ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.cwd === undefined ? {} : { WorkingDir: spec.cwd }),
  };
}

/** And where it is started. Pure. */
export function execStarted({ tty }: Pick<ExecSpec, 'tty'>): { readonly Detach: boolean; readonly Tty: boolean } {
  return { Detach: false, Tty: tty !== undefined };
}

function notStarted(api: Api, containerId: string, error: unknown, doing: string, signal?: AbortSignal): Error {
  const status = statusOf(error);
  const words = engineWords(error);
  if (status === 404) return containerGone(containerId, error);
  if (status === 409 || (status === 500 && /is not running|container state improper/i.test(words))) {
    return new BerthError('container_not_running', 'The container is not running.', {
      hint: 'Start it with `berth start`.',
      cause: error,
    });
  }
  return api.failure(error, doing, signal);
}

/**
 * Asks for the exit code once the streams have ended: asked for earlier, the last output would be lost. A process may
 * close its streams and run on, so it is asked again until it has ended.
 */
export async function exitCode(api: Api, id: string, containerId: string, signal?: AbortSignal): Promise<number> {
  for (let wait = 5; ; wait = Math.min(wait * 2, 1000)) {
    const state = await inspectExec(api, id, containerId, signal);
    if (!state.Running && state.ExitCode !== null) return state.ExitCode;
    await sleep(wait, undefined, signal === undefined ? {} : { signal });
  }
}

/** The stream broke: the engine may still know how the process ended, else its end is unknown. */
async function lostExit(
  api: Api,
  id: string,
  containerId: string,
  broke: unknown,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const state = await inspectExec(api, id, containerId, signal).catch(() => null);
  if (state?.Running === false && state.ExitCode !== null) return state.ExitCode;
  throw new BerthError('container_gone', 'The connection to the running process broke; how it ended is not known.', {
    cause: broke,
  });
}

async function inspectExec(
  api: Api,
  id: string,
  containerId: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly Running: boolean; readonly ExitCode: number | null }> {
  const doing = 'ask for the exit code';
  try {
    const state = await api.json('GET', `/exec/${id}/json`, { doing, signal, own: [404] });
    return state as Docker.ExecInspectInfo;
  } catch (error) {
    throw statusOf(error) === 404 ? containerGone(containerId, error) : error;
  }
}

/** A terminal whose process has ended already cannot be resized, and need not be. */
function ignoreEnded(): void {
  return;
}

/** What a caller gets as stdin who asked for none: it takes nothing in. */
function closedInput(): Writable {
  const nowhere = new PassThrough();
  nowhere.resume();
  nowhere.end();
  return nowhere;
}
