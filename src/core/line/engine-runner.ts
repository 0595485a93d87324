import type { CommandRunner, CommandSpec, RunningCommand } from '../command';
import type { Engine, ExecProcess, ExecSpec } from '../engine/types';
import { cancelled } from '../errors';
import { fateOf, wasRemoved } from './fate';
import { newNonce } from './nonce';
import { running, type Transport } from './running';
import type { LineSession, LineTarget } from './types';
import { tellingOf, toldStarter } from './told-start';
import { runVariable, starter, wrapScript } from './wrap';

/** The exit code of what was killed: 128 and the number of KILL. */
const killed = 137;

/** What running a command takes of an engine. */
export type ExecEngine = Pick<Engine, 'exec' | 'inspectContainer' | 'containerProcesses'>;

/** What the runner has to know of a container. */
export type RunnerTarget = Pick<LineTarget, 'containerId' | 'user' | 'workspacePath'>;

/**
 * Runs commands by the engine's exec: the road of one-shot processes, and of containers without sshd. About 60 ms a command.
 * @param told whether the login user's command is told to a shell that may have been started before (see told-start.ts)
 */
export function createEngineRunner(
  engine: ExecEngine,
  target: RunnerTarget,
  session: () => Promise<Pick<LineSession, 'environment'>> = () => Promise.resolve({ environment: {} }),
  told = false,
): CommandRunner {
  return {
    run: async (spec: CommandSpec, signal?: AbortSignal): Promise<RunningCommand> => {
      if (signal?.aborted === true) throw cancelled();
      const nonce = newNonce();
      const cwd = spec.cwd ?? target.workspacePath;
      // Who commits is found out by programs on this machine, and is nothing to a look of Berth's own.
      const environment = spec.own === true ? {} : (await session()).environment;
      const term = spec.tty === undefined ? {} : { TERM: spec.tty.term ?? 'xterm-256color' };
      const env = { ...environment, ...term, ...spec.env };
      // The engine sets a terminal's size only once its process runs: a command that asks at once would be told 0 × 0.
      const script = wrapScript({
        argv: spec.argv,
        cwd,
        env,
        nonce,
        own: spec.own,
        withoutSecrets: spec.withoutSecrets,
        ...(spec.tty && { size: spec.tty }),
      });
      const user = spec.user ?? target.user;
      const telling =
        told && spec.tty === undefined && user === target.user ? tellingOf(script, nonce, spec.stdin === true) : null;
      if (telling !== null) {
        const shell = await engine.exec(target.containerId, { argv: toldStarter, user, stdin: true });
        shell.stdin.write(telling);
        return running(transport(engine, target.containerId, user, shell), { ...spec, cwd }, nonce, signal);
      }
      const exec: ExecSpec = {
        argv: starter,
        user,
        env: { [runVariable]: script },
        stdin: spec.stdin === true || spec.tty !== undefined,
        ...(spec.tty === undefined ? {} : { tty: { columns: spec.tty.columns, rows: spec.tty.rows } }),
      };
      // Not under the caller's signal: once started, only a kill inside the container ends a command.
      const process = await engine.exec(target.containerId, exec);
      return running(transport(engine, target.containerId, user, process), { ...spec, cwd }, nonce, signal);
    },
  };
}

function transport(engine: ExecEngine, containerId: string, user: string, process: ExecProcess): Transport {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    ended: process.exit.then(async (code) => {
      // A removal kills what runs; that is not the command's own end.
      if (code === killed && (await fateOf(engine, containerId)) === 'gone') throw wasRemoved();
      return { code };
    }),
    // A terminal that is just ending cannot be resized, and nobody minds.
    resize: (size) => void process.resize(size.columns, size.rows).catch(() => undefined),
    beside: async (argv) => {
      const helper = await engine.exec(containerId, { argv, user, stdin: false });
      helper.stdout.resume();
      helper.stderr.resume();
      await helper.exit;
    },
    abandon: () => process.dispose(),
  };
}
