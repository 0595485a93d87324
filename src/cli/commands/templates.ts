import type { Command } from '../command';

export const templates: Command = {
  name: 'templates',
  synopsis: '',
  listed: false,
  summary: "the workspace's templates, yours, the built-in ones",
  operands: [],
  options: [],
  output: 'document',
  async run({ core, cwd }) {
    const { templates: catalogue } = await core();
    return { kind: 'templates', entries: await catalogue.list(cwd) };
  },
};
