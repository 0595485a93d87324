import { noProgress } from '../../../src/core/log';
import { Fixture } from '../projects/fixture';

/** A process that refreshes a project, to be killed: `HOME ENGINE FOLDER`. */
async function main([home = '', engine = '', folder = ''] = process.argv.slice(2)): Promise<void> {
  const core = Fixture.coreAt(home, engine);
  const row = await core.projects.find(folder, '/');
  await core.projects.refreshContainer(row, { now: true }, noProgress);
}

void main();
