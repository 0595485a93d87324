import { lock } from 'proper-lockfile';
import { cached } from './cache';
import { startEngine, type Engine } from './engine';
import { dockerCli } from './images';
import { end, parentOf, processesWith, programOf } from './processes';

/** Removes what an interrupted run left on an engine that is the test bed's alone. Images and build cache stay. */
async function clear(socket: string): Promise<void> {
  const docker = dockerCli(socket);
  const ids = async (...args: string[]) => (await docker(args)).stdout.split('\n').filter((id) => id !== '');
  const containers = await ids('ps', '--all', '--quiet');
  if (containers.length > 0) await docker(['rm', '--force', '--volumes', ...containers], { accept: 'any' });
  const volumes = await ids('volume', 'ls', '--quiet');
  if (volumes.length > 0) await docker(['volume', 'rm', '--force', ...volumes], { accept: 'any' });
  await docker(['network', 'prune', '--force'], { accept: 'any' });
}

/** Ends a daemon on this data whose run was killed; false while a daemon of a run that lives is on it. */
async function freeFromOrphans(data: string): Promise<boolean> {
  for (const pid of processesWith('cmdline', [`--data-root\0${data}\0`])) {
    if (parentOf(pid) !== 1) return false;
    end([pid], 'SIGTERM');
    while (programOf(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}

/**
 * A private engine whose images and build cache last from run to run. While another process uses that data, one with
 * data of its own, which goes with it.
 */
export async function startCachedEngine(): Promise<Engine> {
  const data = cached('engine');
  const options = { realpath: false, stale: 20_000, lockfilePath: cached('locks', 'engine.lock') };
  const release = await lock(data, options).catch(() => undefined);
  if (release === undefined) return startEngine();
  if (!(await freeFromOrphans(data))) {
    await release();
    return startEngine();
  }
  try {
    const engine = await startEngine({ data });
    await clear(engine.socket);
    const dispose = async () => {
      await clear(engine.socket).catch(() => undefined);
      await engine.dispose();
      await release();
    };
    return { ...engine, dispose };
  } catch (error) {
    await release();
    throw error;
  }
}
