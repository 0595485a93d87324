import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { ErrorDetail } from '../errors';
import type { ProjectRow } from '../model';
import { isThere } from '../paths';
import { ownershipOf } from '../projects/desired';
import { packFolder } from './pack-folder';
import { compareFolder, unpackFolder } from './unpack-folder';
import type { CopyReport, Difference } from './unpack-folder';

export interface WorkspaceCopy {
  readonly engine: Engine;
  readonly row: Pick<ProjectRow, 'name' | 'workspacePath' | 'folder'>;
  /** Null where there is none. */
  readonly container: ContainerDetail | null;
  /** A folder of this machine; absolute. */
  readonly folder: string;
  /** Writes over files that differ. */
  readonly overwrite: boolean;
}

/**
 * Copies a workspace that is a volume out into a folder, running or not. What the folder has besides stays.
 * @throws BerthError `file_exists` with each file that differs, before anything is written; `bad_usage` where the workspace
 * is the project's folder itself
 */
export async function copyOut(request: WorkspaceCopy, signal?: AbortSignal): Promise<CopyReport> {
  const { engine, row, folder, overwrite } = request;
  const container = workspaceVolumeOf(request);
  const read = () => engine.readArchive(container, row.workspacePath, signal);
  if (await isThere(folder)) {
    allow(await compareFolder(await read(), folder, signal), overwrite, `${folder}, which differ from the workspace’s`);
  }
  return unpackFolder(await read(), folder, signal);
}

/** The other way round: what of the folder differs from the workspace is written only with `overwrite`. */
export async function copyIn(request: WorkspaceCopy, signal?: AbortSignal): Promise<CopyReport> {
  const { engine, row, folder, overwrite } = request;
  const container = workspaceVolumeOf(request);
  const there = await engine.readArchive(container, row.workspacePath, signal);
  allow(await compareFolder(there, folder, signal), overwrite, `the workspace, which differ from those of ${folder}`);
  const skipped: string[] = [];
  let files = 0;
  let bytes = 0;
  const tar = packFolder(folder, {
    owner: await ownershipOf(engine.info, row.folder),
    signal,
    packed: (all) => {
      files += 1;
      bytes = all;
    },
    skipped: (path) => skipped.push(path),
  });
  await engine.writeArchive(container, row.workspacePath, tar, signal);
  return { files, bytes, skipped };
}

/** The id of a container that has a workspace volume. */
function workspaceVolumeOf({ row, container, folder }: WorkspaceCopy): string {
  if (container === null) {
    throw new BerthError('container_gone', `${row.name} has no container.`, { hint: 'Run `berth up` first.' });
  }
  const mount = container.mounts.find(({ target }) => target === row.workspacePath);
  if (mount?.kind === 'volume') return container.id;
  const hint = folder === row.folder ? {} : { hint: `Copy it from there, or to there.` };
  throw new BerthError('bad_usage', `The workspace of ${row.name} is ${row.folder} itself.`, hint);
}

/** How many of the files are named. */
const named = 20;

function allow({ changed, blocked }: Difference, overwrite: boolean, what: string): void {
  const found = overwrite ? blocked : [...blocked, ...changed];
  const [first] = found;
  if (first === undefined) return;
  const errors: ErrorDetail[] = found.slice(0, named).map((path) => ({ message: path, path }));
  const list = found.slice(0, 3).join(', ') + (found.length > 3 ? ` and ${found.length - 3} more` : '');
  throw new BerthError('file_exists', `There are files in ${what}: ${list}.`, {
    hint:
      blocked.length > 0
        ? 'Where one has a folder and the other a file, nothing is written: move it away first.'
        : 'Nothing was written; `--force` writes over them.',
    errors,
  });
}
