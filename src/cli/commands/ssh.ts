import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { BerthError } from '../../core/errors';
import { nameOperand, type Command, type Context } from '../command';

export const ssh: Command = {
  name: 'ssh',
  synopsis: '[NAME] [-- CMD…]',
  // It shares a line of the help with `ssh-config`: the help has to fit a screen.
  listed: { call: 'ssh|ssh-config …', summary: "the system's ssh to it; its hosts in your config" },
  summary: "the system's ssh to the container",
  operands: [nameOperand],
  options: [],
  output: 'bytes',
  runs: 'optional',
  notes: [
    'As with ssh itself, CMD… is joined by spaces and read by a shell in the',
    'container; "berth exec" runs it as it stands.',
  ],
  async run(context, { operands: [name], command }) {
    const { projects, ssh: files } = await context.core();
    const row = await projects.find(name, context.cwd, context.signals.abort);
    await files.ensureHost(row);
    const { ownConfig } = await files.status();
    return { kind: 'exit', code: await runSsh(context, ['-F', ownConfig, '--', row.alias, ...command]) };
  },
};

/** ssh has this terminal for itself: it gets Ctrl-C from it, we only wait. */
function runSsh({ signals }: Context, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: 'inherit' });
    const taken = signals.take((name) => name === 'SIGINT' || child.kill(name));
    child.on('error', (cause) => {
      taken.dispose();
      const hint = 'Install OpenSSH: the package openssh-client.';
      reject(new BerthError('ssh_client_missing', 'The ssh client cannot be run.', { cause, hint }));
    });
    child.on('close', (code, signal) => {
      taken.dispose();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
