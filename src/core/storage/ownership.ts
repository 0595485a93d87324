import type { EngineInfo } from '../engine/types';

/** Numbers of a user and its group. */
export interface UserNumbers {
  readonly uid: number;
  readonly gid: number;
}

export interface OwnershipFacts {
  /** What of the engine matters; null for a preview, which is made as a local engine would get it. */
  readonly engine: Pick<EngineInfo, 'local' | 'rootless' | 'flavour' | 'remapped'> | null;
  readonly platform: NodeJS.Platform;
  /** The folder's owner; null where this machine does not tell (Windows). */
  readonly folder: UserNumbers | null;
}

/** Who works in a container, so that what is made in the workspace belongs to the folder's owner outside. */
export interface Ownership extends UserNumbers {
  /** How the engine maps users for this container, where that is not its own way. */
  readonly userns?: 'keep-id';
  /** What a person should know of it; null where files are simply the owner's. */
  readonly notice: string | null;
}

/** Where the folder's owner means nothing to the engine: another machine, a virtual machine's shares, Windows. */
const elsewhere: UserNumbers = { uid: 1000, gid: 1000 };

/**
 * How a rootless Podman is to map the users of all that Berth makes there, helpers as well: what one container calls its
 * user's would be a stranger's to another that maps otherwise. Nothing for every other engine. Pure.
 */
export function mappingFor({
  local,
  rootless,
  flavour,
}: Pick<EngineInfo, 'local' | 'rootless' | 'flavour'>): Pick<Ownership, 'userns'> {
  return local && rootless && flavour === 'podman' ? { userns: 'keep-id' } : {};
}

/**
 * Decides a container user's numbers. A local engine that runs as root: the folder's owner's. Rootless Docker maps root in
 * the container to the user outside and everyone else to numbers that nobody has, so there the user is root inside.
 * Rootless Podman can keep the user's own numbers (`keep-id`). An engine that remaps users to other numbers for safety is
 * left to it: 1000, and a notice. Everywhere else 1000, and the file share maps it. Pure.
 */
export function ownershipFor({ engine, platform, folder }: OwnershipFacts): Ownership {
  const local = engine === null ? platform === 'linux' : engine.local;
  if (!local || folder === null) return { ...elsewhere, notice: null };
  if (engine?.remapped === true) {
    return {
      ...elsewhere,
      notice:
        'This engine maps users to other numbers (userns-remap), so files made in the container belong to nobody outside, and the workspace may not be writable. `workspace.mode: volume` works around it.',
    };
  }
  if (engine?.rootless === true && engine.flavour === 'podman') {
    return { ...folder, ...mappingFor(engine), notice: null };
  }
  if (engine?.rootless === true) {
    return {
      uid: 0,
      gid: 0,
      notice: 'The engine is rootless: the user in the container is root there and you outside, with key-only login.',
    };
  }
  const rooted = 'The folder belongs to root, so the user in its container is root too, with key-only login.';
  return { ...folder, notice: folder.uid === 0 ? rooted : null };
}
