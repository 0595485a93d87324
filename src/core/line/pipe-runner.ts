import type { CommandRunner } from '../command';
import { cancelled } from '../errors';
import type { Answer } from './answer';
import type { Execution } from './connection';
import type { ExecEngine } from './engine-runner';
import { lossOf } from './fate';
import { newNonce } from './nonce';
import { running } from './running';
import { besideWrap, serveOnce } from './serve-once';
import { transportOf } from './transport';
import type { LineSession, LineTarget } from './types';
import { wrapScript, type ReadyWrap } from './wrap';

export interface PipeRunnerParts {
  readonly target: Omit<LineTarget, 'projectId' | 'alias'>;
  /** Calls the container; null where it does not answer. */
  readonly call: () => Promise<Answer | null>;
  readonly session: () => Promise<Pick<LineSession, 'environment'>>;
  readonly engine: ExecEngine;
  /** The road for what is not for pipes, or where there is no answer. */
  readonly byEngine: CommandRunner;
}

/**
 * Runs commands in a container on this machine, each by a process that answers a call: the road of one-shot processes. What
 * it does is what the engine's exec does, without the engine.
 */
export function createPipeRunner({ target, call, session, engine, byEngine }: PipeRunnerParts): CommandRunner {
  const { containerId, user, workspacePath, environment } = target;
  const begin = async (signal?: AbortSignal): Promise<Execution | null> => {
    const answer = await call();
    const over = signal ?? new AbortController().signal;
    return (await answer?.asServer({ user, environment, hello: newNonce(), anyShell: true }, over)) ?? null;
  };
  const beside = async (argv: readonly string[]): Promise<void> => {
    const execution = await begin();
    await (execution === null
      ? byEngine.run({ argv, cwd: '/', own: true }).then(({ exit }) => exit)
      : serveOnce(execution, besideWrap(argv), newNonce()).served?.closed);
  };
  return {
    async run(spec, signal) {
      if (signal?.aborted === true) throw cancelled();
      if (spec.tty !== undefined || (spec.user ?? user) !== user) return byEngine.run(spec, signal);
      const { argv, own, withoutSecrets, stdin } = spec;
      const nonce = newNonce();
      const cwd = spec.cwd ?? workspacePath;
      const [execution, theirs] = await Promise.all([begin(signal), own === true ? null : session()]);
      if (execution === null) return byEngine.run(spec, signal);
      const wrap: ReadyWrap = { argv, cwd, env: { ...theirs?.environment, ...spec.env }, own, withoutSecrets, stdin };
      try {
        wrapScript({ ...wrap, nonce });
      } catch (error) {
        execution.abandon();
        throw error;
      }
      const lost = (): Promise<Error> => lossOf(() => Promise.resolve(engine), containerId);
      return running(transportOf({ beside }, serveOnce(execution, wrap, nonce), lost), { ...spec, cwd }, nonce, signal);
    },
  };
}
