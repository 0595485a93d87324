import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, ExecStream } from '../engine/types';
import { BerthError, cancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import { bootstrap, bootstrapExec, noSshd, stopping } from './bootstrap';
import { hostKey, lineKey, userKey } from './keys';
import { justStopping } from './fate';
import { withoutLanguage } from './sshd-config';
import type { LineSession, LineTarget } from './types';

/** A stream to a fresh sshd in the container, and how to tell why it ended. */
export interface Tunnel {
  /** From sshd's first byte on. */
  readonly stream: Duplex;
  readonly exec: ExecStream;
}

/** Milliseconds between two looks whether a container still runs that says nothing. */
const lookMs = 1_000;

/** Whose connection it is: Berth's own Line, which is no use of the container by itself, or a person's ssh. */
export type TunnelRole = 'line' | 'person';

/** The container has no sshd: commands go by the engine's exec. */
export class NoSshdError extends BerthError {
  constructor() {
    super('line_failed', 'The container has no sshd.', { hint: 'Install openssh-server in its image.' });
  }
}

/**
 * Opens a connection's byte stream: keys in, sshd started, its first word there. Both the Line and `ssh-proxy` ride on
 * it. Nothing but the bootstrap's own input goes in before sshd has spoken, so no shell can swallow what is sshd's.
 * @throws BerthError `container_not_running`, `container_gone`, `line_failed`
 */
export async function openTunnel(
  engine: Pick<Engine, 'execStream' | 'inspectContainer'>,
  home: BerthHome,
  target: Pick<LineTarget, 'containerId' | 'projectId' | 'user' | 'environment'>,
  session: LineSession,
  role: TunnelRole,
  signal?: AbortSignal,
): Promise<Tunnel> {
  const key = role === 'line' ? lineKey(home) : userKey(home);
  const [login, host, owner] = await Promise.all([key, hostKey(home, target.projectId), home.owner()]);
  const environment = { ...target.environment, ...session.environment };
  const input = bootstrap({
    owner,
    user: target.user,
    environment: role === 'line' ? withoutLanguage(environment) : environment,
    hostKey: host.privateKey,
    authorizedKeys: `${login.publicKey}\n`,
    use: role === 'person',
    agent: session.back?.agent !== undefined,
    ...(session.back === undefined ? {} : { sockets: session.back.folder }),
  });
  const { containerId } = target;
  const started = engine.execStream(containerId, bootstrapExec);
  const exec = await whileItRuns(engine, containerId, started).catch((error: unknown) => {
    started.then(
      ({ stream }) => stream.destroy(),
      () => undefined,
    );
    throw error;
  });
  try {
    exec.stream.write(input);
    await whileItRuns(engine, containerId, firstWord(exec, signal));
    return { stream: exec.stream, exec };
  } catch (error) {
    exec.stream.destroy();
    throw error;
  }
}

/** An engine may leave who starts a process in a container that is just ending without an answer for ever. */
async function whileItRuns<T>(
  engine: Pick<Engine, 'inspectContainer'>,
  containerId: string,
  answer: Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const ended = async (): Promise<never> => {
    for (;;) {
      await delay(lookMs, undefined, { signal: over.signal });
      const container = await engine.inspectContainer(containerId, over.signal);
      if (container?.state === 'running') continue;
      throw new BerthError('container_not_running', 'The container ended while it was being connected to.', {
        hint: 'Start it with `berth start`.',
      });
    }
  };
  try {
    return await Promise.race([answer, ended()]);
  } finally {
    over.abort();
  }
}

/** Resolves when the server has begun to speak; what it said stays in the stream. */
export function firstWord(exec: ExecStream, signal?: AbortSignal): Promise<void> {
  const { stream } = exec;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      stream.off('readable', onReadable).off('end', onEnd).off('error', onError).off('close', onEnd);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const onReadable = (): void => {
      const chunk = stream.read() as Buffer | null;
      if (chunk === null) return;
      stream.unshift(chunk);
      settle(resolve);
    };
    // Its last words may come on another stream.
    const fail = (cause?: Error): void =>
      settle(() => {
        const told = (): void => reject(failure(exec, cause));
        exec.exit.then(told, told);
      });
    const onEnd = (): void => fail();
    const onError = (error: Error): void => fail(error);
    const onAbort = (): void => settle(() => reject(cancelled()));
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    stream.on('readable', onReadable).on('end', onEnd).on('error', onError).on('close', onEnd);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Why a tunnel ended, in sshd's own last words where it had some. */
export function failure(exec: ExecStream, cause?: unknown): BerthError {
  const said = exec.stderr();
  if (said.includes(noSshd)) return new NoSshdError();
  if (said.includes(stopping)) {
    return justStopping();
  }
  const last = said.trim().split('\n').at(-1) ?? '';
  const why = last === '' ? (cause === undefined ? 'it ended without a word' : messageOf(cause)) : last;
  return new BerthError('line_failed', `The container's sshd could not be started: ${why}.`, {
    cause,
    hint: 'Look at the container with `berth doctor`, or make it anew with `berth up --rebuild`.',
  });
}
