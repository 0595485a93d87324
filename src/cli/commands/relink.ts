import { resolve } from 'node:path';
import type { Command } from '../command';

export const relink: Command = {
  name: 'relink',
  synopsis: 'NAME DIR',
  listed: { call: 'relink|workspace …', summary: 'follow a folder that moved; copy a volume’s files' },
  summary: 'follow a folder that moved to DIR',
  operands: [
    { spec: '<NAME>', description: "the project's name, id prefix, or the path its folder had" },
    { spec: '<DIR>', description: 'where the folder is now' },
  ],
  options: [],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name, folder = ''] }) {
    const { projects } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    return { kind: 'relinked', from: row, to: await projects.relink(row, resolve(cwd, folder), signals.abort) };
  },
};
