import type { ContainerDetail, ContainerSummary, EngineEvent } from '../engine/types';
import type { HealthFacts } from '../health/facts';
import type { DeclaredPort, HealthThresholds, LifecycleStep, ProjectRow, SecretRow, StaleReason } from '../model';
import type { RowFacts } from './rows';
import type { standing } from './repair';
import { toldBy } from './told';

/** All that the store remembers of one project between two looks at the engine. */
export interface Entry {
  /** The container that its row shows. */
  readonly shown: ContainerSummary | null;
  /** The event that told its end, where the engine's list did not yet. */
  readonly lateEnd: EngineEvent | null;
  readonly standing: ReturnType<typeof standing>;
  readonly assessed: Assessed;
  readonly changed?: string;
  readonly close: CloseLook | null;
  readonly setup: readonly LifecycleStep[];
  readonly secrets: readonly SecretRow[];
  /** Seconds; null where it did not stop for being idle. */
  readonly idleFor: number | null;
}

/** What only an inspection tells. */
export type CloseLook = Pick<HealthFacts, 'oomKilled' | 'restarts' | 'finishedAt' | 'healthCommand'>;

/** What a container's template makes of it. */
export interface Assessed {
  readonly stale: readonly StaleReason[];
  /** What git works with by the template now; left out where it is as the container was made. */
  readonly git?: ProjectRow['git'];
  /** The ports that the template declares now; null where they are those that it was made with. */
  readonly ports: readonly DeclaredPort[] | null;
  /** What the template says of health now; null where it is what the container was made with. */
  readonly thresholds?: HealthThresholds | null;
}

/** What is known of a project after an event, where that says enough of it. Pure. */
export function after(entry: Entry, event: EngineEvent): { readonly entry: Entry; readonly isWhole: boolean } | null {
  const { shown, standing } = entry;
  const told = shown === null || standing.halfDone ? null : toldBy(shown, event);
  if (told === null) return null;
  const changed = new Date(event.time).toISOString();
  return { entry: { ...entry, shown: told.shown, close: null, idleFor: null, changed }, isWhole: told.isWhole };
}

/** Pure. */
export function closeLook({ oomKilled, restartCount, finishedAt, healthCheck }: ContainerDetail): CloseLook {
  return { oomKilled, restarts: restartCount, finishedAt, healthCommand: healthCheck };
}

/** What a row tells of a project beside its container's line. Pure. */
export function factsOf(entry: Entry, now: Pick<RowFacts, 'engine' | 'activity' | 'reading' | 'snoozes'>): RowFacts {
  const { standing, assessed } = entry;
  // Written out: an object put together of five others takes as long as all else of a row.
  return {
    engine: now.engine,
    former: standing.former,
    halfDone: standing.halfDone,
    stale: assessed.stale,
    ports: assessed.ports,
    git: assessed.git ?? null,
    activity: now.activity ?? null,
    changed: entry.changed ?? null,
    close: entry.close,
    thresholds: assessed.thresholds ?? null,
    reading: now.reading ?? null,
    snoozes: now.snoozes,
    setup: entry.setup,
    secrets: entry.secrets,
    idleFor: entry.idleFor,
  };
}
