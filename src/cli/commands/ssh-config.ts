import { resolve } from 'node:path';
import type { Command } from '../command';
import { badUsage } from '../usage';

export const sshConfig: Command = {
  name: 'ssh-config',
  synopsis: 'print|install|remove [--file FILE]',
  listed: false,
  summary: "Berth's hosts for ssh; include them in your config",
  operands: [
    {
      spec: '<ACTION>',
      description: 'print Berth’s own config, install its Include line in yours, or remove that line',
    },
  ],
  options: [{ flags: '--file <FILE>', description: 'your SSH config, where it is not ~/.ssh/config' }],
  output: 'document',
  async run({ core, cwd }, { operands: [action], options }) {
    if (action !== 'print' && action !== 'install' && action !== 'remove') {
      throw badUsage(`berth ssh-config cannot "${action ?? ''}".`, 'Say print, install or remove.');
    }
    const { ssh } = await core();
    const given = options.text('file');
    const file = given === undefined ? undefined : resolve(cwd, given);
    switch (action) {
      case 'print':
        return { kind: 'ssh_config_text', text: await ssh.print(), file: (await ssh.status(file)).ownConfig };
      case 'install':
        return { kind: 'ssh_config', action, status: await ssh.install(file) };
      case 'remove':
        return { kind: 'ssh_config', action, status: await ssh.uninstall(file) };
    }
  },
};
