import type { Command } from '../command';

export const ls: Command = {
  name: 'ls',
  synopsis: '',
  summary: 'every project with state, health, template, age',
  listed: { call: 'ls|status [NAME]', summary: 'every project; one with health, limits, use' },
  operands: [],
  options: [],
  output: 'document',
  async run({ core, signals }) {
    const { projects } = await core();
    return { kind: 'list', rows: (await projects.refresh(signals.abort)).rows };
  },
};
