import { nameOperand, type Command } from '../command';

export const restart: Command = {
  name: 'restart',
  synopsis: '[NAME]',
  summary: 'stop it and start it again',
  operands: [nameOperand],
  options: [],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name] }) {
    const { projects } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    return { kind: 'changed', verb: 'restarted', row: await projects.restart(row, signals.abort) };
  },
};
