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
export function toldBy(shown: ContainerSummary, event: EngineEvent): Told | null {
  const { type, action, id, attributes } = event;
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

/** The last event that told a container's start or its end. */
export interface LastTold {
  readonly event: EngineEvent;
  /** When it was heard, by `performance.now()`: the engine's own clock may be another's. */
  readonly at: number;
}

/** Whether an event says that a container runs from now on, or no more. Pure. */
export function tellsOfRun({ type, action }: Pick<EngineEvent, 'type' | 'action'>): boolean {
  return type === 'container' && (action === 'start' || action === 'die');
}

/** Milliseconds for which an engine's list may say less than its events have: a busy one takes seconds. */
const lateMs = 10_000;

/**
 * Whether a list does not know yet of an end that an event told: it says that the container runs, and not that it began
 * after that end. An engine tells an end before its own list does. Of one that was started again, the last event is its
 * start; where that was not heard, it is soon up for less long than the end is past. `now`: by `performance.now()`. Pure.
 */
export function isBehind(listed: ContainerSummary, told: LastTold | undefined, now: number): told is LastTold {
  if (told?.event.action !== 'die' || told.event.id !== listed.id || listed.state !== 'running') return false;
  const sinceMs = now - told.at;
  return sinceMs < lateMs && sinceMs < mostUpMs(listed.status);
}

/** How long a container is up at most by its status, which leaves out parts of a second: `Up 5 seconds`; milliseconds. Pure. */
function mostUpMs(status: string): number {
  const [says, seconds = '0'] = /^Up (?:less than a|(\d+)) seconds?\b/i.exec(status) ?? [];
  return says === undefined ? Number.POSITIVE_INFINITY : (Number(seconds) + 1) * 1_000;
}
