import { nameOperand, type Command } from '../command';

export const stop: Command = {
  name: 'stop',
  synopsis: '[NAME]',
  summary: 'stop the container of a project',
  operands: [nameOperand],
  options: [],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name] }) {
    const { projects } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    return { kind: 'changed', verb: 'stopped', row: await projects.stop(row, signals.abort) };
  },
};
