import { text } from 'node:stream/consumers';
import type { Core } from '../../../src/core';
import type { ProjectRow } from '../../../src/core/model';

/** What a shell command says in a project's container, stdout before stderr. */
export async function runIn(core: Core, row: ProjectRow, script: string): Promise<string> {
  const runner = await core.projects.runner(row);
  const command = await runner.run({ argv: ['sh', '-c', script] });
  const [out, err] = await Promise.all([text(command.stdout), text(command.stderr)]);
  await command.exit;
  return (out + err).trim();
}
