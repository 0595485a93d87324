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
  async run(context, { operands: [project = ''], options }) {
    const home = options.text('home');
    const engine = options.text('engine');
    if (home === undefined || engine === undefined) throw badUsage('berth ssh-proxy needs --home and --engine.');
    await context.core(home);
    return { kind: 'exit', code: project === '' ? 1 : 0 };
  },
};
