import { nameOperand, type Command } from '../command';

export const start: Command = {
  name: 'start',
  synopsis: '[NAME]',
  summary: 'start the container of a project',
  operands: [nameOperand],
  options: [],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name] }) {
    const { projects } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    return { kind: 'changed', verb: 'started', row: await projects.start(row, signals.abort) };
  },
};
