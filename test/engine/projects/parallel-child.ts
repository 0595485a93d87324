import { noProgress } from '../../../src/core/log';
import { Fixture } from './fixture';

/** One of many processes that bring the same project up: prints the container that it got. */
async function main(): Promise<void> {
  const [home = '', folder = ''] = process.argv.slice(2);
  const core = Fixture.coreAt(home);
  try {
    const { row } = await core.projects.up(folder, {}, noProgress);
    process.stdout.write(`${row.container ?? 'none'} ${row.state}\n`);
  } finally {
    core.dispose();
  }
}

void main();
