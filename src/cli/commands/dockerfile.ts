import type { Command } from '../command';

export const dockerfile: Command = {
  name: 'dockerfile',
  synopsis: 'TEMPLATE|FILE',
  summary: "print a template's Dockerfile",
  listed: false,
  operands: [{ spec: '<TEMPLATE|FILE>', description: "a template's name, or a path to a file" }],
  options: [],
  output: 'document',
  notes: [
    'It is the one that "berth up" would build in the current folder. Where no engine',
    'answers, it is shown as a local engine with BuildKit would get it.',
  ],
  async run({ core, cwd, signals }, { operands: [name = ''] }) {
    const { projects } = await core();
    return { kind: 'dockerfile', template: name, plan: await projects.previewImage(name, cwd, signals.abort) };
  },
};
