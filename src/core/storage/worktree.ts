import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, posix, relative, resolve } from 'node:path';
import type { EngineInfo } from '../engine/types';
import { isWithin, plainText } from '../paths';
import { guardedPaths, lookAt, refusedAlways } from '../projects/host-paths';
import { isBelow } from './persist';

/** The common git folder of a project that is a git worktree, and where it has to be in the container. */
export interface Worktree {
  /** Real path on this machine. */
  readonly common: string;
  /** Absolute path in the container, where the project's `.git` file leads. */
  readonly target: string;
  /** The branch that is checked out; null for a detached one. */
  readonly branch: string | null;
}

/** What a project's `.git` comes to. `none`: a folder, or nothing at all, so that there is nothing to mount. */
export type WorktreeLook =
  | { readonly kind: 'none' }
  | { readonly kind: 'worktree'; readonly worktree: Worktree }
  /** `why` goes on "git does not work in the container: …". */
  | { readonly kind: 'refused'; readonly why: string };

/** Pointers of git are one line; a file that is longer is none. */
const pointerSize = 8192;

const refused = (why: string): WorktreeLook => ({ kind: 'refused', why });

/**
 * Looks where the `.git` file of a project leads. It comes with a clone, so it is believed only as far as the other side
 * agrees: the folder it names must lie in `worktrees/` of a git folder, and that one's own pointer must name this very
 * project. So no text in a project can have another folder of this machine mounted. `workspace`: the project's folder in
 * the container.
 */
export async function lookAtWorktree(
  folder: string,
  workspace: string,
  info: Pick<EngineInfo, 'endpoint' | 'dataRoot' | 'rootless' | 'local'>,
  userHome: string = homedir(),
): Promise<WorktreeLook> {
  const pointer = join(folder, '.git');
  const kind = await lstat(pointer).catch(() => null);
  if (kind === null || kind.isDirectory()) return { kind: 'none' };
  const written = kind.isFile() ? /^gitdir: (.+)$/.exec((await pointerText(pointer)) ?? '')?.[1] : undefined;
  if (written === undefined) return refused('its .git is not a file as git writes it');
  const own = await realpath(resolve(folder, written)).catch(() => null);
  if (own === null) return refused(`${written}, which its .git names, does not exist`);
  const common = dirname(dirname(own));
  const saysCommon = await pointerText(join(own, 'commondir'));
  const saysProject = await pointerText(join(own, 'gitdir'));
  if (basename(dirname(own)) !== 'worktrees' || saysCommon === null || saysProject === null) {
    return refused(`${own}, which its .git names, is not a worktree’s`);
  }
  const back = await realpath(resolve(own, saysProject)).catch(() => null);
  if (back !== (await realpath(pointer)) || (await realpath(resolve(own, saysCommon)).catch(() => null)) !== common) {
    return refused(`${own} belongs to another folder; \`git worktree repair\` there mends it`);
  }
  const why = await refusal(common, info, userHome);
  if (why !== null) return refused(why);
  const target = targetOf(written, own, common, workspace);
  if (target === null) return refused(`${common} has no place in the container that is not the system’s`);
  return { kind: 'worktree', worktree: { common, target, branch: await branchOf(own) } };
}

/** Why a git folder is not mounted although it is one; null where nothing speaks against it. */
async function refusal(
  common: string,
  info: Parameters<typeof lookAtWorktree>[2],
  userHome: string,
): Promise<string | null> {
  const parts = await Promise.all(
    (['HEAD', 'objects', 'refs'] as const).map((name) => lstat(join(common, name)).catch(() => null)),
  );
  if (parts[0]?.isFile() !== true || parts[1]?.isDirectory() !== true || parts[2]?.isDirectory() !== true) {
    return `${common} is not a git folder`;
  }
  const home = await realpath(userHome).catch(() => userHome);
  if (isWithin(home, common)) return `${common} holds your whole home folder`;
  const found = await lookAt(common);
  const never = found === null ? 'is gone' : refusedAlways(found, await guardedPaths(info));
  return never === null ? null : `${common} ${never}`;
}

/** Places that a mount would break the container by covering. */
const system = /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|proc|run|sbin|sys|usr)(?:\/|$)/;

/**
 * Where the common git folder has to be in a container, so that the pointer in the project's `.git` leads to it as it is
 * written: an absolute one to the same path, a relative one as seen from the workspace. Null where that is the system's,
 * or would cover the workspace. `own`: the worktree's git folder, a real path; Pure.
 */
export function targetOf(written: string, own: string, common: string, workspace: string): string | null {
  const inside = posix.resolve(workspace, written);
  const below = relative(common, own).split(/[\\/]/).join('/');
  if (!inside.endsWith(`/${below}`)) return null;
  const target = inside.slice(0, -below.length - 1);
  if (target === '' || system.test(target) || isBelow(workspace, target)) return null;
  return posix.isAbsolute(written) === isAbsolute(written) && /^[^\0\r\n]+$/.test(target) ? target : null;
}

async function branchOf(own: string): Promise<string | null> {
  const head = await pointerText(join(own, 'HEAD'));
  const branch = /^ref: refs\/heads\/(\S{1,250})$/.exec(head ?? '')?.[1];
  return branch ?? null;
}

/** The one line of a plain file; null for what is none. */
async function pointerText(path: string): Promise<string | null> {
  const line = (await plainText(path, pointerSize))?.trimEnd() ?? '';
  return line === '' || /[\0\r\n]/.test(line) ? null : line;
}
