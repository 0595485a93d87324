import { HarnessError, run } from './exec';
import { machine, refusal } from './machine.mjs';
import { withLock } from './cache';

/**
 * Installs Debian packages unless `there` says that what they bring is on this machine already.
 * Where it may not install, throws with what a person is to do.
 */
export async function ensurePackages(
  packages: readonly string[],
  there: () => Promise<boolean>,
  log?: (line: string) => void,
): Promise<void> {
  if (await there()) return;
  const no = refusal(machine(), packages);
  if (no !== undefined) throw new HarnessError(no);
  await withLock('apt', async () => {
    if (await there()) return;
    log?.(`installing ${packages.join(' ')}`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
    if (!(await there()))
      throw new HarnessError(`${packages.join(' ')} were installed, and something is still missing`);
  });
}
