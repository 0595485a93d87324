import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CommandSpec, RunningCommand } from '../../../src/core/command';
import { running, type Transport } from '../../../src/core/line/running';
import { runVariable, starter, wrapScript } from '../../../src/core/line/wrap';

const numbers: Readonly<Record<string, number>> = { SIGTERM: 15, SIGKILL: 9, SIGINT: 2, SIGHUP: 1, SIGUSR1: 10 };

/** Runs a wrapped command on this machine, as leader of a session of its own like the two real roads do. */
export function runHere(spec: CommandSpec, signal?: AbortSignal): Promise<RunningCommand> {
  const nonce = 'feedc0de';
  const cwd = spec.cwd ?? '/';
  const script = wrapScript({ argv: spec.argv, cwd, env: spec.env ?? {}, nonce });
  const child = start(starter, { PATH: process.env['PATH'], HOME: '/root', [runVariable]: script });
  return running(transport(child), { ...spec, cwd }, nonce, signal);
}

function start(argv: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(argv[0]!, argv.slice(1), { detached: true, stdio: 'pipe', env });
}

function transport(child: ChildProcess): Transport {
  return {
    stdin: child.stdin!,
    stdout: child.stdout!,
    stderr: child.stderr!,
    ended: once(child, 'close').then((values) => {
      const [code, name] = values as [number | null, string | null];
      if (name === null) return { code: code ?? 0 };
      return { code: 128 + (numbers[name] ?? 0), signal: name.slice(3) };
    }),
    resize: () => undefined,
    beside: async (argv) => {
      const helper = start(argv, process.env);
      await once(helper, 'close');
    },
    abandon: () => child.kill('SIGKILL'),
  };
}
