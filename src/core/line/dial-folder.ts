import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import type { ContainerSpec, Engine } from '../engine/types';
import type { BerthHome } from '../home';
import { dialLink, dialName, dialNameLength, linkedIdLength } from './dial';
import { dialer, dialerFile } from './dialer';

const run = promisify(execFile);

/** What a container is made with so that it can be called (see dial.ts). */
type Dial = NonNullable<ContainerSpec['dial']>;

/** The longest path of a socket on Linux (unix(7)), without the NUL at its end. */
const longestPath = 107;
/** A call is over in milliseconds; one to a container that is being started, when that is. */
const longestCallMs = 3_600_000;

/**
 * Readies a project's dial folder for one more container (its pipe is made by {@link makeDialPipe}), and clears away what belongs to those that are gone. Never fails:
 * a container that cannot be called is reached by exec.
 * @returns null where the engine is not this machine's own, or the folder cannot be had
 */
export async function makeDialFolder(
  { info, inspectContainer }: Pick<Engine, 'info' | 'inspectContainer'>,
  { dialDir }: Pick<BerthHome, 'dialDir'>,
  projectId: string,
): Promise<Dial | null> {
  if (!info.local) return null;
  try {
    await mkdir(join(dialDir, projectId), { recursive: true, mode: 0o700 });
    const folder = await realpath(join(dialDir, projectId));
    // The engine takes a colon for the end of a path.
    if (folder.includes(':') || Buffer.byteLength(folder) + 1 + dialNameLength > longestPath) return null;
    const pipe = dialName();
    await Promise.all([
      writeDialer(join(folder, dialerFile)),
      clear(dialDir, projectId, async (id) => (await inspectContainer(id)) === null),
      clearLeft(dialDir, folder),
    ]);
    return { folder, pipe };
  } catch {
    return null;
  }
}

/** Makes the pipe itself, which is wanted by the time that the container is started. Never fails. */
export async function makeDialPipe({ dial }: Pick<ContainerSpec, 'dial'>): Promise<void> {
  if (dial === undefined) return;
  // A turn later: what the engine is asked for meanwhile is not held up by the start of a program.
  await nextTurn();
  await run('mkfifo', ['-m', '600', join(dial.folder, dial.pipe)]).catch(() => undefined);
}

/** Says which container's a pipe is, before that is started. Never fails. */
export async function linkDialFolder(
  { dialDir }: Pick<BerthHome, 'dialDir'>,
  { dial }: Pick<ContainerSpec, 'dial'>,
  containerId: string,
): Promise<void> {
  if (dial === undefined) return;
  await symlink(join(basename(dial.folder), dial.pipe), dialLink(dialDir, containerId)).catch(() => undefined);
}

/** Takes all of a project's away; its containers are gone. */
export async function removeDialFolder({ dialDir }: Pick<BerthHome, 'dialDir'>, projectId: string): Promise<void> {
  await clear(dialDir, projectId, () => Promise.resolve(true));
  await rm(join(dialDir, projectId), { recursive: true, force: true });
}

async function writeDialer(file: string): Promise<void> {
  const there = await readFile(file, 'utf8').catch(() => null);
  // Not written through to the disk: one that a crash has torn is another, and a container without it is reached by exec.
  if (there !== dialer) await writeFileAtomic(file, dialer, { mode: 0o600, fsync: false });
}

/** A process that was killed while it called has left its socket, or pipes that are no container's. */
async function clearLeft(dialDir: string, folder: string): Promise<void> {
  const links = await readdir(dialDir);
  const called = new Set(await Promise.all(links.map((link) => readlink(join(dialDir, link)).catch(() => ''))));
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found === null || Date.now() - found.mtimeMs <= longestCallMs) continue;
    const isLeft = found.isSocket() || (found.isFIFO() && !called.has(join(basename(folder), name)));
    if (isLeft) await rm(file, { force: true });
  }
}

async function clear(dialDir: string, projectId: string, isGone: (id: string) => Promise<boolean>): Promise<void> {
  for (const link of await readdir(dialDir).catch(() => [])) {
    const pipe = await readlink(join(dialDir, link)).catch(() => '');
    if (!pipe.startsWith(`${projectId}/`) || !(await isGone(link.slice(0, linkedIdLength)))) continue;
    await Promise.all([rm(join(dialDir, pipe), { force: true }), rm(join(dialDir, link), { force: true })]);
  }
}
