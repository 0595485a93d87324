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

/** The statuses with which a container ends that was asked to: anything else has a reason that only an inspection tells. */
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
  const { exitCode } = attributes;
  if (action !== 'die' || exitCode === undefined) return null;
  const isWhole = asked.has(exitCode) && stopAfterOf(shown) === null;
  return { shown: { ...shown, state: 'exited', health: null, status: `Exited (${exitCode})` }, isWhole };
}

/** A container's line in the list, but for an engine that tells of an end before its own list does. Pure. */
export function believed(listed: ContainerSummary, event: EngineEvent | undefined): ContainerSummary {
  if (event?.action !== 'die' || listed.state !== 'running') return listed;
  return toldBy(listed, event)?.shown ?? listed;
}
