import { resolve } from 'node:path';
import { BerthError } from '../../core/errors';
import type { Command } from '../command';

export const validate: Command = {
  name: 'validate',
  synopsis: 'FILE',
  summary: 'tell every error in a template, with its place',
  // It shares a line of the help with `dockerfile`: the help has to fit a screen.
  listed: { call: 'validate|dockerfile FILE', summary: 'every error in a template; the Dockerfile it gives' },
  operands: [{ spec: '<FILE>', description: 'a template, such as berth.yaml' }],
  options: [],
  output: 'document',
  async run({ core, cwd }, { operands: [name = ''] }) {
    const file = resolve(cwd, name);
    const { templates } = await core();
    const errors = await templates.validate(file);
    if (errors.length === 0) return { kind: 'valid', file };
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    throw new BerthError('template_invalid', `The template ${name} has ${count}.`, { errors });
  },
};
