import { nameOperand, type Command } from '../command';

export const status: Command = {
  name: 'status',
  synopsis: '[NAME]',
  summary: 'health, staleness with reasons, limits, use',
  operands: [nameOperand],
  options: [],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name] }) {
    const { projects } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    return { kind: 'status', detail: await projects.detail(row, signals.abort) };
  },
};
