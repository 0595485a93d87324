import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './exec';
import { REPOSITORY } from './paths';

/** The variable that names, to a suite of a whole run, what the run has built once for all of them. */
export const SHIPPED = 'BERTH_TEST_SHIPPED';

/** Builds in a folder what is shipped, apart from the repository's own `dist`, which may be in use. @returns the `dist` */
export async function buildShipped(folder: string): Promise<string> {
  const dist = join(folder, 'dist');
  await run(process.execPath, ['esbuild.mjs', '--production', '--metafile', '--outdir', dist], { cwd: REPOSITORY });
  await symlink(join(REPOSITORY, 'templates'), join(folder, 'templates'));
  return dist;
}
