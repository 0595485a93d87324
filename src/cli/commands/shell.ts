import { beginSession } from '../../core/journal/session';
import { attach } from '../attach';
import { nameOperand, type Command } from '../command';
import { terminalSize } from '../terminal';
import { badUsage } from '../usage';

/** The login user's own shell, as its entry in passwd says; a container without getent still has a shell. */
const loginShell =
  'exec "$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f7 | grep . || command -v bash || echo /bin/sh)" -l';

export const shell: Command = {
  name: 'shell',
  synopsis: '[NAME]',
  summary: 'a login shell in the container, in this terminal',
  operands: [nameOperand],
  options: [],
  output: 'bytes',
  async run(context, { operands: [name] }) {
    if (!context.streams.stdin.isTTY) {
      throw badUsage('berth shell needs a terminal.', 'Without one: berth exec -i -- sh.');
    }
    const { journal, projects, use } = await context.core();
    const row = await projects.find(name, context.cwd, context.signals.abort);
    const runner = use(row, 'engine');
    const argv = ['/bin/sh', '-c', loginShell];
    const { id, name: project, container, template } = row;
    const about = { actor: 'cli', project: { id, name: project }, container, template, road: 'shell' } as const;
    const end = beginSession(journal, about);
    try {
      return { kind: 'exit', code: await attach(context, runner, { argv, stdin: true, tty: terminalSize(context) }) };
    } finally {
      await end();
    }
  },
};
