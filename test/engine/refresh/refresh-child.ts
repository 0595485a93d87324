import { createCore } from '../../../src/core';
import { noProgress, silentLogger } from '../../../src/core/log';

/** A process that refreshes a project or rolls it back, to be killed: `HOME ENGINE INSTALLATION VERB FOLDER`. */
async function main([home, engineUrl = '', installation = '', verb, folder = ''] = process.argv.slice(2)) {
  const env = { ...process.env, BERTH_HOME: home };
  const core = createCore({ log: silentLogger, actor: 'user', env, installation, engineUrl });
  const row = await core.projects.find(folder, '/');
  if (verb === 'rollback') await core.projects.rollback(row);
  else await core.projects.refreshContainer(row, { now: true }, noProgress);
  core.dispose();
  process.disconnect();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
