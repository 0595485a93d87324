import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerProcess, Engine } from '../engine/types';
import { isDialer } from '../line/process-names';

/** Milliseconds: what a command gets that was about to begin, and between two looks at the door; and how many looks. */
const pause = { command: 100, look: 50, looks: 8 };

/**
 * Lets those in who are at the door of a container that has lost its name: they had found it before, and a login or a short
 * command that is cut off half-way is a refused one. Half a second at most.
 */
export async function letArrivalsIn(engine: Pick<Engine, 'containerProcesses'>, container: string): Promise<void> {
  await delay(pause.command);
  for (let look = 1; look <= pause.looks && isAtDoor(await engine.containerProcesses(container)); look += 1) {
    await delay(pause.look);
  }
}

/** Whether a connection is being made: an sshd that is starting or has not said yet who it is, or a call that is just answered. Pure. */
export function isAtDoor(processes: readonly ContainerProcess[]): boolean {
  const dialers = new Set(processes.filter(isDialer).map(({ pid }) => pid));
  return processes.some(
    ({ command, parent }) =>
      (dialers.has(parent) && isDialer({ command })) ||
      /^sshd: .*\[(net|accepted)\]|\/sshd -i |^\/bin\/sh -c .*head -c ["\d]/s.test(command),
  );
}
