import type { Engine } from '../engine/types';
import type { Logger } from '../log';
import type { ProjectIdentity } from '../model';
import { letArrivalsIn } from './arrivals';
import { containerName } from './identity';

/** Seconds that a container may take to end before it is killed; under an init that forwards signals it takes 0.2. */
export const stopGraceSeconds = 10;

/** Ids of the containers of a switch. */
export interface Switch {
  readonly former: string;
  /** Whether the former one ran when the switch was asked for. */
  readonly ran: boolean;
  /** Made already, and not started. */
  readonly next: string;
}

/**
 * Switches from one container to the next by names: each half-done state can be told from every other (see repair.ts).
 * The former one loses its name before it is stopped, so that from then on who connects waits, and who is about to log in by
 * then is let in first. Afterwards the next one is current and runs, and the former one is stopped as `prev`; a `prev` or `undo`
 * from before has to be gone already. Not cancellable: it takes a second, and half of it is worse than either end. If the
 * next one does not start, it is removed, the former one is put back as it was, and what the engine said is thrown.
 */
export async function switchOver(
  { engine, identity, log }: { readonly engine: Engine; readonly identity: ProjectIdentity; readonly log: Logger },
  { former, ran, next }: Switch,
): Promise<void> {
  const name = (role?: 'prev'): string => containerName(identity.name, identity.id, role);
  await engine.renameContainer(former, name('prev'));
  try {
    if (ran) await letArrivalsIn(engine, former);
    await engine.stopContainer(former, stopGraceSeconds);
    await engine.renameContainer(next, name());
    await engine.startContainer(next);
  } catch (error) {
    log.log('warn', `The new container of ${identity.name} does not start; the former one is put back`, error);
    await engine.removeContainer(next, { force: true });
    await engine.renameContainer(former, name());
    if (ran) await engine.startContainer(former);
    throw error;
  }
}
