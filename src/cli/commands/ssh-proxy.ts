import type { CommandRunner } from '../../core/command';
import type { Engine } from '../../core/engine/types';
import type { LineTarget } from '../../core/line/types';
import { silentLogger } from '../../core/log';
import type { Command } from '../command';
import { badUsage } from '../usage';

export const sshProxy: Command = {
  name: 'ssh-proxy',
  synopsis: '--home DIR --engine ID PROJECT',
  summary: "ssh's ProxyCommand: bytes to a container's sshd",
  operands: [{ spec: '<PROJECT>', description: "the project's id" }],
  options: [
    { flags: '--home <DIR>', description: "Berth's home" },
    { flags: '--engine <ID>', description: "the engine's id" },
  ],
  output: 'bytes',
  hidden: true,
  async run({ env, streams: { stdin, stdout, stderr }, signals }, { operands: [projectId = ''], options }) {
    const dir = options.text('home');
    const engineId = options.text('engine');
    if (dir === undefined || engineId === undefined) throw badUsage('berth ssh-proxy needs --home and --engine.');
    // No core: an editor waits for this, and it needs one container's stream alone.
    const [{ createHome }, proxy] = await Promise.all([import('../../core/home'), import('../../core/line/proxy')]);
    const home = createHome({ ...env, BERTH_HOME: dir });
    let end: (() => Promise<void>) | undefined;
    const code = await proxy.sshProxy({
      ...{ home, engineId, projectId, stdin, stdout, stderr, signal: signals.abort },
      session: async (container) => {
        end ??= (await import('../ssh-session')).beginSsh(home, container);
        return (await import('../../core/git/behind-ssh')).gitBehindSsh(home, container);
      },
      eachStart: async (engine, container, signal) => {
        const [{ startLate }, { rowOf }, { KnownSecrets }] = await Promise.all([
          import('../../core/projects/start-late'),
          import('../../core/projects/rows'),
          import('../../core/secrets/known'),
        ]);
        const runner = async (on: Engine, target: LineTarget): Promise<CommandRunner> =>
          (await import('../../core/line/engine-runner')).createEngineRunner(on, target);
        const tell = (sentence: string): void => void stderr.write(`berth: ${sentence}\n`);
        const row = rowOf(container, { engine: engine.info.id, stale: [] });
        const secrets = { env, storage: null, known: new KnownSecrets() };
        await startLate({ home, runner, secrets, log: silentLogger, engine, row, container }, tell, signal);
      },
    });
    await end?.();
    return { kind: 'exit', code };
  },
};
