import type { ServiceRow, ServiceState } from './types';

const states: Readonly<Record<ServiceState, string>> = {
  waiting: 'waits for its secrets',
  starting: 'starting, not ready yet',
  running: 'running',
  restarting: 'died, about to be started again',
  stopping: 'stopping',
  stopped: 'stopped',
  failed: 'failed: given up after too many starts in a row',
  unknown: 'not supervised: the image has no s6',
};

/** A service's state in a sentence, with its restarts where there were some. Pure. */
export function serviceStateText({ state, restarts }: Pick<ServiceRow, 'state' | 'restarts'>): string {
  return [states[state], ...restartsText(restarts)].join(', ');
}

/** How often it was started again by itself, where it was. Pure. */
export function restartsText(restarts: number): readonly string[] {
  return restarts === 0 ? [] : [`restarted ${restarts === 1 ? 'once' : `${restarts} times`}`];
}
