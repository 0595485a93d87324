import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { labels } from '../model';
import { ancestors } from './ancestors';
import { holderOf, isHeld, isOf } from './reconnect';
import type { Hold, HostProcess, Stop } from './reconnect';

type HoldHome = Pick<BerthHome, 'stateDir'>;

/** How long a connection that broke looks whether its container is stopping, in milliseconds. */
const lookMs = 1_500;

const folderOf = (home: HoldHome, projectId: string): string => join(home.stateDir, 'holds', projectId);

/**
 * For a connection that the container's side ended, before ssh hears of it: where the container was stopped, whoever would
 * connect again by itself is written down, one file each. A container that crashed, restarts or is replaced holds nobody.
 */
export async function holdBack(
  engine: Pick<Engine, 'inspectContainer'>,
  home: HoldHome,
  projectId: string,
  containerId: string,
  above: () => Promise<readonly HostProcess[]> = ancestors,
): Promise<void> {
  const stop = await stopOf(engine, containerId);
  if (stop === null) return;
  const holder = holderOf(await above());
  if (holder === null) return;
  const folder = folderOf(home, projectId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const hold: Hold = { ...stop, holder };
  await writeFileAtomic(join(folder, `${holder.pid}.json`), JSON.stringify(hold), { mode: 0o600 });
}

/**
 * Whether a connection may start the stopped container: a person's may, and one that reconnects by itself after this stop
 * may not, or no stop would last while a window is open.
 * @throws BerthError `container_not_running` where it is held back
 */
export async function mayStart(
  engine: Engine,
  home: HoldHome,
  projectId: string,
  containerId: string,
  above: () => Promise<readonly HostProcess[]> = ancestors,
): Promise<void> {
  const found = await readHolds(home, projectId);
  if (found.length === 0) return;
  const container = await engine.inspectContainer(containerId);
  const stop: Stop = { container: containerId, finishedAt: container?.finishedAt ?? null };
  const old = found.filter(({ hold }) => hold === null || !isOf(hold, stop));
  await Promise.all(old.map(({ file }) => rm(file, { force: true })));
  const holds = found.flatMap(({ hold }) => (hold !== null && isOf(hold, stop) ? [hold] : []));
  if (holds.length === 0 || !isHeld(holds, stop, holderOf(await above()))) return;
  const name = container?.labels[labels.name] ?? projectId;
  throw new BerthError('container_not_running', `${name} was stopped; connections from before do not start it again.`, {
    hint: `Start it: \`berth start ${name}\`, or Start in the Berth view; or open a new window.`,
  });
}

/** How the container came to its end, once it has; null where it did not stop, or is on its way back. */
async function stopOf(engine: Pick<Engine, 'inspectContainer'>, containerId: string): Promise<Stop | null> {
  const end = performance.now() + lookMs;
  for (;;) {
    const container = await engine.inspectContainer(containerId).catch(() => null);
    if (container === null) return null;
    if (container.state === 'exited') return { container: containerId, finishedAt: container.finishedAt };
    if (container.state !== 'running' || performance.now() > end) return null;
    await delay(50);
  }
}

async function readHolds(home: HoldHome, projectId: string): Promise<{ file: string; hold: Hold | null }[]> {
  const folder = folderOf(home, projectId);
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => {
        const file = join(folder, name);
        const hold = await readFile(file, 'utf8').then(
          (text) => JSON.parse(text) as Hold,
          () => null,
        );
        return { file, hold };
      }),
  );
}
