import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readlinkSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { LastWords } from '../engine/last-words';
import type { Engine, ExecStream } from '../engine/types';
import type { BerthHome } from '../home';
import { bootstrapExec } from './bootstrap';
import { goneAtExit } from './gone-at-exit';
import { withLength } from './perl';

/** How long an answer is waited for, in milliseconds: a container's that runs, and one's that has just started. */
const patienceMs = { running: 1_000, started: 50 };

/**
 * The engine for who starts connections' shells: by a call of the container's own, and by exec where it does not answer.
 * `started`: resolves once a container that is just being started runs.
 */
export function dialing<Part extends Pick<Engine, 'execStream'>>(
  engine: Part,
  home: Pick<BerthHome, 'dialDir'>,
  started?: Promise<unknown>,
): Part {
  return {
    ...engine,
    execStream: async (containerId, spec, signal) => {
      const answer = spec === bootstrapExec ? await dialShell(home, containerId, started) : null;
      if (answer === null) await started;
      return answer ?? engine.execStream(containerId, spec, signal);
    },
  };
}

/** For who has connected: becomes the shell that waits for a connection's bootstrap, as the engine's exec would start it. */
export const becomeShell = `exec ${bootstrapExec.argv.map((word) => `'${word.replace(/['\\]/g, String.raw`\$&`)}'`).join(', ')}`;

/** As {@link dial}, to a shell that waits for a connection's bootstrap. */
export async function dialShell(...asked: Parameters<typeof dial>): Promise<ExecStream | null> {
  const answer = await dial(...asked);
  answer?.stream.write(withLength(Buffer.from(becomeShell)));
  return answer;
}

/**
 * Has a container connect to this process: to a process of root's in it that waits to be told what to become (see dialer.ts). A call is a name written to the container's pipe: that of a socket in the dial folder, which is there
 * until the container has connected. A pipe that nobody reads says at once that nobody will, but for a container that is
 * just being started: that finds the call when it comes to read, about when the engine says that it runs. Nothing secret is
 * in a call, and who may answer it is root in that container alone. Never fails.
 * @returns null where the container does not connect
 */
export async function dial(
  { dialDir }: Pick<BerthHome, 'dialDir'>,
  containerId: string,
  started?: Promise<unknown>,
): Promise<ExecStream | null> {
  const pipe = dialPipe(dialDir, containerId);
  const call = pipe === null ? null : opened(pipe, started === undefined ? constants.O_WRONLY : constants.O_RDWR);
  if (pipe === null || call === null) return null;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const name = dialName();
  const path = join(dirname(pipe), name);
  const gone = goneAtExit([path]);
  try {
    await listening(server, path);
    const late = started === undefined ? delay(patienceMs.running) : started.then(() => delay(patienceMs.started));
    const answer = connected(server, late);
    writeSync(call, `${name}\n`);
    const sockets = await answer;
    return sockets === null ? null : execStream(...sockets);
  } catch {
    return null;
  } finally {
    closeSync(call);
    server.close();
    gone();
  }
}

/** A new name for a socket or a pipe in a dial folder; the dialer takes no others. */
export const dialName = (): string => randomBytes(dialNameLength / 2).toString('hex');
export const dialNameLength = 12;

/**
 * What who is called expects to be told (see dialer.ts). A container has its dialer for life, in a file by this name, and one that
 * expects something else is not called: its link has another name.
 */
export const dialerVersion = 2;

/** Where a container's link in the dial folder is: it leads to the container's pipe in its project's. Pure. */
export function dialLink(dialDir: string, containerId: string): string {
  return join(dialDir, `${containerId.slice(0, linkedIdLength)}-${dialerVersion}`);
}

/** How much of a container's id its link begins with. */
export const linkedIdLength = 12;

/** Whether a container that runs would connect if it were called: somebody reads its pipe. */
export function canDial({ dialDir }: Pick<BerthHome, 'dialDir'>, containerId: string): boolean {
  const pipe = dialPipe(dialDir, containerId);
  const call = pipe === null ? null : opened(pipe, constants.O_WRONLY);
  if (call === null) return false;
  closeSync(call);
  return true;
}

/** The folder of this machine by which a container is called; null for one that is not. */
export function dialFolder({ dialDir }: Pick<BerthHome, 'dialDir'>, containerId: string): string | null {
  const pipe = dialPipe(dialDir, containerId);
  return pipe === null ? null : dirname(pipe);
}

function dialPipe(dialDir: string, containerId: string): string | null {
  try {
    return resolve(dialDir, readlinkSync(dialLink(dialDir, containerId)));
  } catch {
    return null;
  }
}

/** Keeps no process from its end. */
const delay = (ms: number): Promise<void> => later(ms, undefined, { ref: false });

function opened(pipe: string, how: number): number | null {
  try {
    return openSync(pipe, how | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, done);
  });
}

/** A shell's input and output, then what it says on stderr; null where they do not come in time. */
function connected(server: Server, late: Promise<unknown>): Promise<readonly [Socket, Socket] | null> {
  return new Promise((done) => {
    const come: Socket[] = [];
    let isOver = false;
    const giveUp = (): void => {
      if (isOver) return;
      isOver = true;
      for (const socket of come) socket.destroy();
      done(null);
    };
    late.then(giveUp, giveUp);
    server.on('connection', (socket) => {
      if (isOver) {
        socket.destroy();
        return;
      }
      come.push(socket);
      const [both, errors] = come;
      if (both === undefined || errors === undefined) return;
      isOver = true;
      done([both, errors]);
    });
  });
}

function execStream(both: Socket, errors: Socket): ExecStream {
  const words = new LastWords();
  errors.on('data', words.hear);
  // Its end says nothing that the other's does not.
  errors.on('error', () => undefined);
  errors.once('end', () => errors.destroy()).resume();
  // What was said last is still read where there is time; a process that ends does not wait for it.
  errors.unref();
  // Told once all that was said is here.
  const exit = new Promise<null>((ended) => void errors.once('close', () => ended(null)));
  return { stream: both, stderr: words.said, exit };
}
