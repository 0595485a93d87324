import { lstat, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, parse, resolve } from 'node:path';
import { usualSockets } from '../engine/sockets';
import type { EngineInfo } from '../engine/types';
import { isWithin } from '../paths';

/** Never mounted, whatever a template allows: each is, holds or leads to the socket of an engine somewhere. */
const neverMounted = ['/', '/run', '/var', '/var/run', '/private/var', '/private/var/run'] as const;

/** Sockets of root's services that are as good as the engine's own; the engines' usual ones come on top. */
const rootSockets = ['/run/docker.sock', '/run/containerd/containerd.sock', '/run/crio/crio.sock'] as const;

/** What must not get into a container, as far as it is on this machine now. */
export interface Guarded {
  /** Sockets of engines, and the engine's own data: as they are named and as real paths. */
  readonly paths: readonly string[];
  /** `device:inode` of each of them and of every folder above, which tells them under any other name too. */
  readonly inodes: ReadonlySet<string>;
}

/** What a path on this machine is, with all its links followed. */
export interface HostPath {
  readonly real: string;
  readonly kind: 'folder' | 'file' | 'other';
  /** `device:inode` */
  readonly inode: string;
}

/** Why a host path can never be mounted, in words that go on "it …"; null where nothing speaks against it. Pure. */
export function refusedAlways(path: HostPath, guarded: Guarded): string | null {
  if (path.kind === 'other') return 'is a socket, a pipe or a device, and only files and folders can be mounted';
  const holds = 'leads to the engine’s socket or data, which no container gets';
  if ((neverMounted as readonly string[]).includes(path.real) || parse(path.real).root === path.real) return holds;
  // Through /proc every file of the machine can be named once more.
  if (isWithin(path.real, '/proc')) return holds;
  if (guarded.inodes.has(path.inode)) return holds;
  return guarded.paths.some((one) => isWithin(one, path.real) || isWithin(path.real, one)) ? holds : null;
}

/** Looks for the sockets and the data of engines on this machine: the connected one's, and all the usual ones. */
export async function guardedPaths(info: Pick<EngineInfo, 'endpoint' | 'dataRoot' | 'rootless' | 'local'>) {
  const facts = { env: process.env, platform: process.platform, home: homedir(), uid: process.getuid?.() ?? 0 };
  const sockets = [info.endpoint, ...usualSockets(facts)]
    .flatMap(({ url }) => /^unix:\/\/(.+)$/.exec(url)?.[1] ?? [])
    .concat(rootSockets);
  // A rootless engine's data is its user's own already.
  const data = info.local && !info.rootless && isAbsolute(info.dataRoot) ? [info.dataRoot] : [];
  const found = await Promise.all([...sockets, ...data].map(namesOf));
  const paths = [...new Set(found.flat())];
  const inodes = await Promise.all([...new Set(paths.flatMap(withParents))].map(inodeOf));
  return { paths, inodes: new Set(inodes.filter((inode) => inode !== null)) } satisfies Guarded;
}

/** A path as it is written and as it really is; none where there is nothing. */
async function namesOf(path: string): Promise<string[]> {
  try {
    await lstat(path);
  } catch {
    return [];
  }
  const real = await realpath(path).catch(() => path);
  return [path, real];
}

function withParents(path: string): string[] {
  const made = [path];
  for (let here = path; dirname(here) !== here; here = dirname(here)) made.push(dirname(here));
  return made;
}

async function inodeOf(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Follows every link of a path. @returns null where there is nothing @throws what the file system says otherwise */
export async function lookAt(path: string): Promise<HostPath | null> {
  try {
    const real = await realpath(path);
    const facts = await stat(real, { bigint: true });
    const kind = facts.isDirectory() ? 'folder' : facts.isFile() ? 'file' : 'other';
    return { real, kind, inode: `${facts.dev}:${facts.ino}` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A path as a template writes it: `~` is the user's home, all else is relative to the template's folder. Pure. */
export function expanded(written: string, folder: string, home: string = homedir()): string {
  if (written === '~') return home;
  return resolve(folder, /^~[\\/]/.test(written) ? home + written.slice(1) : written);
}
