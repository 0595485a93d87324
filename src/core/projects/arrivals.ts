import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerProcess, Engine } from '../engine/types';

/** Milliseconds between two looks, how many there are at most, and what somebody who has just come in gets for a command. */
const pause = { look: 50, looks: 8, command: 100 };

/**
 * Lets those in who are at the door of a container that has lost its name: they had found it before, and a login that is cut
 * off half-way is a refused one. Half a second at most; a single round trip where nobody is.
 */
export async function letArrivalsIn(engine: Pick<Engine, 'containerProcesses'>, container: string): Promise<void> {
  for (let look = 1; look <= pause.looks; look += 1) {
    if (!isAtDoor(await engine.containerProcesses(container))) {
      if (look > 1) await delay(pause.command);
      return;
    }
    await delay(pause.look);
  }
}

/** Whether a connection is being made to an sshd: one that is starting, or has not said yet who it is. Pure. */
export function isAtDoor(processes: readonly Pick<ContainerProcess, 'command'>[]): boolean {
  return processes.some(({ command }) =>
    /^sshd: .*\[(net|accepted)\]|\/sshd -i |^\/bin\/sh -c .*head -c \d/s.test(command),
  );
}
