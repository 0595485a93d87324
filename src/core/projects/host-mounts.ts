import { realpath } from 'node:fs/promises';
import { basename, dirname, posix } from 'node:path';
import type { EngineInfo, EngineMount } from '../engine/types';
import { BerthError, messageOf, type ErrorDetail } from '../errors';
import type { ProjectIdentity } from '../model';
import type { ResolvedTemplate } from '../templates/types';
import { isWithin } from '../paths';
import { expanded, guardedPaths, lookAt, refusedAlways, type Guarded, type HostPath } from './host-paths';
import { makeInside } from './make-folder';

type BindMount = Extract<EngineMount, { kind: 'bind' }>;

export interface HostMounts {
  /** One for each entry of `volumes` that names a host path; sources are real paths. */
  readonly mounts: readonly BindMount[];
  readonly notices: readonly string[];
}

export interface HostMountRequest {
  readonly info: EngineInfo;
  readonly identity: Pick<ProjectIdentity, 'folder'>;
  readonly resolved: ResolvedTemplate;
}

/**
 * What a template's `volumes` mount of this machine. Each path is resolved against the folder of the file that wrote it,
 * then to its real path, and that one is judged and mounted: a link says nothing about where it leads. A missing folder of
 * the project is made; a missing one elsewhere is an error. All errors are told at once.
 * @throws BerthError `volume_refused`, with each entry's place; `folder_not_usable` for a project that holds a socket
 */
export async function hostMounts({ info, identity, resolved }: HostMountRequest): Promise<HostMounts> {
  const { spec } = resolved;
  const guarded = await guardedPaths(info);
  await checkProject(identity.folder, guarded);
  const allowed = await allowedFolders(resolved);
  const mounts: BindMount[] = [];
  const notices: string[] = [];
  const errors: ErrorDetail[] = [];
  for (const [index, { host, container, mode }] of spec.volumes.entries()) {
    if (host === undefined) continue;
    const path = `spec.volumes[${index}].host`;
    const at = resolved.origins.get(path);
    try {
      if (!seesFolders(info)) throw new Refusal(`the engine at ${info.endpoint.url} cannot see this machine's folders`);
      const wanted = expanded(host, dirname(at?.file ?? identity.folder));
      let found = await lookAt(wanted);
      if (found === null) {
        await makeMissing(wanted, host, identity.folder);
        found = await lookAt(wanted);
        notices.push(`The folder ${wanted} was not there and has been made.`);
      }
      if (found === null) throw new Refusal('it does not exist');
      judge(found, identity.folder, allowed, guarded);
      mounts.push({ kind: 'bind', source: found.real, target: container, readOnly: mode === 'ro' });
    } catch (error) {
      const why = error instanceof Refusal ? error.message : messageOf(error);
      errors.push({ message: `${path} (${host}) cannot be mounted: ${why}.`, path, ...at });
    }
  }
  const [first] = errors;
  if (first !== undefined) {
    const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    throw new BerthError('volume_refused', first.message + more, {
      hint: errors.some(({ message }) => message.includes('allow_host_paths'))
        ? 'Name a folder of the project, or list the folder in spec.security.allow_host_paths if it may be mounted.'
        : 'Name another folder, or take the entry out of the template.',
      errors,
    });
  }
  return { mounts, notices };
}

class Refusal extends Error {}

/** The workspace is a host path too, and the one that nobody writes down. */
async function checkProject(folder: string, guarded: Guarded): Promise<void> {
  const found = await lookAt(folder).catch(() => null);
  const why = found === null ? null : refusedAlways(found, guarded);
  if (why === null) return;
  throw new BerthError('folder_not_usable', `${folder} cannot be a project: it ${why}.`, {
    hint: 'Choose a folder in it.',
  });
}

/** A local engine; elsewhere than on Linux one behind a socket of this machine, whose virtual machine shares folders. */
export function seesFolders(info: EngineInfo): boolean {
  return info.local || (process.platform !== 'linux' && /^(?:unix|npipe):/.test(info.endpoint.url));
}

function judge(found: HostPath, project: string, allowed: readonly string[], guarded: Guarded): void {
  const never = refusedAlways(found, guarded);
  if (never !== null) throw new Refusal(`it ${never}`);
  if ([project, ...allowed].some((folder) => isWithin(found.real, folder))) return;
  throw new Refusal(`${found.real} lies outside the project and is not in spec.security.allow_host_paths`);
}

/** As real paths; what is not there allows nothing. */
async function allowedFolders({ spec, origins, files }: ResolvedTemplate): Promise<string[]> {
  const real = await Promise.all(
    spec.security.allow_host_paths.map((path, index) => {
      const file = origins.get(`spec.security.allow_host_paths[${index}]`)?.file ?? files[0] ?? '';
      return realpath(expanded(path, dirname(file))).catch(() => null);
    }),
  );
  return real.filter((path) => path !== null);
}

/** A name like that is a file's; making a folder of it would only hide that the file is missing. */
const fileName = /[^.]\.[A-Za-z0-9]+$|^\.(?:env|netrc|npmrc|gitconfig|git-credentials)$/;

async function makeMissing(path: string, written: string, project: string): Promise<void> {
  const isFile = fileName.test(basename(path)) && !/[\\/]$/.test(written);
  if (isFile || !(await makeInside(project, path))) throw new Refusal(`${path} does not exist`);
}

/**
 * Makes the places that mounts below the workspace need, since they lie in the project's own folder: the engine would
 * make them root's.
 */
export async function makeMountPoints(
  project: string,
  workspace: string,
  mounts: readonly EngineMount[],
): Promise<void> {
  for (const mount of mounts) {
    const below = posix.relative(workspace, mount.target);
    if (below === '' || below.startsWith('..')) continue;
    const isFile = mount.kind === 'bind' && (await lookAt(mount.source))?.kind === 'file';
    // Where it leads out of the project, the engine still finds the place by the container's own eyes.
    await makeInside(project, posix.join(project, below), isFile ? 'file' : 'folder');
  }
}

/**
 * Whether a process in the container could put a link in the place of something that is mounted, by a folder above it that
 * it can write. The engine follows links anew at each start, so such a container is started by Berth alone, which looks first. Pure.
 */
export function canBeSwapped(mounts: readonly EngineMount[]): boolean {
  const binds = mounts.filter((mount) => mount.kind === 'bind');
  return binds.some(({ source }) =>
    binds.some((above) => !above.readOnly && above.source !== source && isWithin(source, above.source)),
  );
}
