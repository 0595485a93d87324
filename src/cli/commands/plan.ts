import { resolve } from 'node:path';
import { BerthError } from '../../core/errors';
import { isPathQuery } from '../../core/projects/find';
import { nameOperand, type Command } from '../command';

export const plan: Command = {
  name: 'plan',
  synopsis: '[NAME]',
  summary: 'what an edit of the template would need',
  operands: [nameOperand],
  options: [],
  output: 'document',
  notes: [
    'Every difference between the container and its template, by what it needs:',
    'nothing, live ("berth up" changes it without a restart), restart, recreate',
    '(another container), rebuild (another image too); create where there is none.',
  ],
  async run({ core, cwd, signals }, { operands: [name] }) {
    const { projects } = await core();
    const project = await projects.find(name, cwd, signals.abort).catch((error: unknown) => {
      const absent = error instanceof BerthError && error.code === 'project_not_found';
      if (!absent || !isPathQuery(name)) throw error;
      // A folder can be planned for before it has a container.
      return projects.identify(resolve(cwd, name ?? '.'));
    });
    return { kind: 'plan', plan: await projects.plan(project, signals.abort) };
  },
};
