import { resolve } from 'node:path';
import { nameOperand, type Command } from '../command';
import { badUsage } from '../usage';

export const workspace: Command = {
  name: 'workspace',
  synopsis: 'export|import DIR [NAME] [--force]',
  listed: false,
  summary: 'copy a workspace that is a volume out or in',
  operands: [
    { spec: '<ACTION>', description: 'export it to a folder, or import one into it' },
    { spec: '<DIR>', description: 'the folder on this machine' },
    nameOperand,
  ],
  options: [{ flags: '--force', description: 'write over files that differ' }],
  output: 'document',
  notes: [
    'For templates with workspace.mode: volume. Without --force nothing is written',
    'where both have a file with other content: these are listed. Nothing is removed.',
  ],
  async run({ core, cwd, signals }, { operands: [action, folder = '', name], options }) {
    if (action !== 'export' && action !== 'import') {
      throw badUsage(`berth workspace cannot "${action ?? ''}".`, 'Say export or import.');
    }
    const { projects } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    const direction = action === 'export' ? 'out' : 'in';
    const copy = { direction, folder: resolve(cwd, folder), overwrite: options.flag('force') } as const;
    const report = await projects.copyWorkspace(row, copy, signals.abort);
    return { kind: 'copied', row, direction, folder: copy.folder, report };
  },
};
