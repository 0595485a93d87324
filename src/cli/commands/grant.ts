import { nameOperand, type Command } from '../command';

export const grant: Command = {
  name: 'grant',
  synopsis: '[NAME] [--host H]…',
  // They share a line of the help: it has to fit a screen.
  listed: { call: 'grant|revoke [NAME]', summary: 'let git in it use your credentials; take that back' },
  summary: 'let git in it use your credentials',
  operands: [nameOperand],
  options: [
    {
      flags: '--host <H>',
      description: "a server, such as https://github.com; left out: those that the folder's remotes name",
      repeat: true,
    },
  ],
  output: 'document',
  notes: [
    'What the template asks for is granted: with `git.credentials: token` your',
    'passwords and tokens for these servers, with `agent` the keys of your SSH agent.',
    'Nothing of it is stored in the container.',
  ],
  async run({ core, cwd, signals }, { operands: [name], options }) {
    const { projects, git } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    const hosts = options.list('host');
    const access = await git.grant(row, hosts.length === 0 ? undefined : hosts, signals.abort);
    return { kind: 'granted', row, access };
  },
};

export const revoke: Command = {
  name: 'revoke',
  synopsis: '[NAME]',
  listed: false,
  summary: 'take back what git in it was granted',
  operands: [nameOperand],
  options: [],
  output: 'document',
  notes: ['Git in sessions that are open is refused from now on too.'],
  async run({ core, cwd, signals }, { operands: [name] }) {
    const { projects, git } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    return { kind: 'revoked', row, had: await git.revoke(row) };
  },
};
