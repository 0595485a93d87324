import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/types';
import { BerthError, messageOf } from '../errors';
import { projectFile } from '../templates/sources';
import { snapshotGone } from './restore';
import { snapshotTemplate } from './template';
import type { Snapshot } from './types';

/**
 * Writes the template of a project that begins with a snapshot. A `berth.yaml` that is there stays as it is.
 * @returns its absolute path @throws BerthError `snapshot_not_found`, `file_exists`, `file_failed`
 */
export async function plantSnapshot(
  engine: Engine,
  snapshot: Snapshot,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const image = await engine.inspectImage(snapshot.tag, signal);
  if (image?.id !== snapshot.image) throw snapshotGone(snapshot.name);
  const file = join(folder, projectFile);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, snapshotTemplate(snapshot, image), { flag: 'wx' });
    return file;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new BerthError('file_exists', `${file} is there already.`, {
        hint: `Take another folder, or write \`image: ${snapshot.tag}\` into its spec.`,
        cause: error,
      });
    }
    throw new BerthError('file_failed', `${file} cannot be written: ${messageOf(error)}.`, {
      hint: 'Look whether you may write to its folder.',
      cause: error,
    });
  }
}
