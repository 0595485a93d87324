import type { ContainerSummary, EngineEvent } from '../engine/types';
import { stopAfterOf } from '../idle/tell';
import { partOf, specAtMaking } from './made-spec';

/** What an event itself says of a container. */
export interface Told {
  /** Its line in the engine's list from now on. */
  readonly shown: ContainerSummary;
  /** Whether nothing that a row tells hangs on more than this; else a look has to follow at once. */
  readonly isWhole: boolean;
}

/** What goes before or after another event that says it, or changes nothing that a row tells. */
const mute: ReadonlySet<string> = new Set(
  'attach commit copy detach export kill resize restart stop top archive-path extract-to-dir'.split(' '),
);

/**
 * The statuses with which a container ends that was asked to. Of any other the event does not say what it means: the
 * kernel's doing, a failure, or one that the engine is mending already.
 */
const asked: ReadonlySet<string> = new Set(['0', '130', '143']);

/** Whether an event can be passed over. Pure. */
export function isMute({ type, action }: Pick<EngineEvent, 'type' | 'action'>): boolean {
  return type === 'container' && mute.has(action);
}

/**
 * What a container's line in the list says after an event of its own, without asking for that: a question, its answer and
 * what goes with a look at a project cost several times as much as all else that an event sets off. Null where the event
 * does not say, or is another container's. Pure.
 */
export function toldBy(shown: ContainerSummary, { type, action, id, attributes }: EngineEvent): Told | null {
  if (type !== 'container' || id !== shown.id) return null;
  if (action === 'start') {
    const isChecked = partOf(specAtMaking(shown), 'health').command !== undefined;
    return {
      shown: { ...shown, state: 'running', health: null, status: 'Up Less than a second' },
      isWhole: !isChecked,
    };
  }
  const { exitCode = '' } = attributes;
  if (action !== 'die' || !asked.has(exitCode)) return null;
  const ended = { ...shown, state: 'exited', health: null, status: `Exited (${exitCode})` } as const;
  return { shown: ended, isWhole: stopAfterOf(shown) === null };
}

/** Whether an event told that a container ended, and the engine's list does not know of it yet. Pure. */
export function isLate(listed: ContainerSummary, event: EngineEvent | undefined): event is EngineEvent {
  return event?.action === 'die' && event.id === listed.id && listed.state === 'running';
}

/** Milliseconds for which an engine's list may say less than its events have: a busy one takes seconds. */
const lateMs = 10_000;

/**
 * Whether a list that was read after an event of an end does not know of it yet: by how long it says that the container is
 * up, it began before that. One that was started again meanwhile is up for less. `now`: milliseconds since the epoch. Pure.
 */
export function isBehind(listed: ContainerSummary, event: EngineEvent, now: number): boolean {
  return isLate(listed, event) && now - event.time < lateMs && now - upMs(listed.status) < event.time;
}

const unitSeconds = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
  year: 31_536_000,
};

/** At least how long a status says that a container is up, as `Up 5 seconds`, `Up About a minute`; milliseconds. Pure. */
function upMs(status: string): number {
  const [, count, unit] = /^Up (?:about )?(an?|\d+) (second|minute|hour|day|week|month|year)/i.exec(status) ?? [];
  if (count === undefined || unit === undefined) return 0;
  return (Number(count) || 1) * unitSeconds[unit.toLowerCase() as keyof typeof unitSeconds] * 1_000;
}
