import type { Engine } from '../engine/types';
import { isCancelled } from '../errors';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import type { Logger } from '../log';
import { labels } from '../model';
import { listProjectContainers } from './containers';
import { putRight } from './put-right';
import { isSwitching } from './repair';

/** What waiting for a switch needs. */
export interface SwitchWait {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly log: Logger;
}

/**
 * Waits while a project's container is being switched for another: a second, in most cases. Where whoever switched died in
 * the middle of it (its lock is free), that is put right. Returns at once where none is under way.
 */
export async function afterSwitch(
  { engine, home, log }: SwitchWait,
  project: string,
  signal?: AbortSignal,
): Promise<void> {
  const owner = await home.owner();
  const isUnderWay = async (): Promise<boolean> => {
    const containers = await listProjectContainers(engine, owner, project, signal);
    return isSwitching(containers, containers[0]?.labels[labels.name] ?? '', project);
  };
  if (!(await isUnderWay())) return;
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  let mending: Promise<unknown> | undefined;
  // Held by who switches, until the new container is set up as well: that is not waited for.
  const lock = withLock(
    home.locksDir,
    project,
    () => (mending = putRight({ engine, log, owner }, project, signal)),
    either,
  );
  const mended = lock.catch((error: unknown) => {
    if (!isCancelled(error)) throw error;
  });
  try {
    await Promise.race([mended, untilIt(engine, isUnderWay, either)]);
    // Its names are right before it runs.
    await mending;
  } finally {
    over.abort();
    await mended.catch(() => undefined);
  }
  signal?.throwIfAborted();
}

/** Looks again at each event of the engine, and once as soon as those are sure to be seen. */
function untilIt(engine: Engine, isUnderWay: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      if (!(await isUnderWay())) resolve();
    };
    const follow = async (): Promise<void> => {
      const events = engine.events({ onOpen: () => void look().catch(reject) }, signal)[Symbol.asyncIterator]();
      while ((await events.next()).done !== true) await look();
    };
    follow().then(resolve, reject);
  });
}
