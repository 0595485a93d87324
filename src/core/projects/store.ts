import type { ContainerDetail, ContainerSummary, Engine, EngineConnection, EngineEvent } from '../engine/types';
import type { BerthHome } from '../home';
import { Emitter } from '../lifetime';
import type { HealthFacts } from '../health/facts';
import { nothingTold } from '../health/board';
import type { HealthSource } from '../health/board';
import type { Disposable } from '../lifetime';
import type { Logger } from '../log';
import { idleStopOf } from '../idle/stopped';
import { withEnd } from '../lifespan/lifespan';
import { labels } from '../model';
import type {
  ContainerState,
  DeclaredPort,
  HealthThresholds,
  LifecycleStep,
  ProjectRow,
  SecretRow,
  StaleReason,
} from '../model';
import { isWaiting } from '../sandbox/warm/records';
import { secretsOf } from '../secrets/rows';
import { listContainersOf, listProjectContainers } from './containers';
import { FileGlance } from './file-glance';
import { standing } from './repair';
import { RowBook } from './row-book';
import { representative, rowOf } from './rows';
import { readProjectState } from './state-file';
import { openSteps } from './step-records';
import type { ProjectsSnapshot } from './types';

/** All that the store remembers of one project between two looks at the engine. */
interface Entry {
  /** The container that its row shows. */
  readonly shown: ContainerSummary | null;
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
type CloseLook = Pick<HealthFacts, 'oomKilled' | 'restarts' | 'finishedAt' | 'healthCommand'>;

/** Tells why a container should be replaced; asked at each look at the engine, so it has to be cheap when nothing changed. */
export type Assess = (container: ContainerSummary, glance: FileGlance) => Promise<Assessed>;

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

/**
 * The one snapshot that every view reads. It is changed by looks at the engine (all projects, or the one an event named)
 * and by what this process says it is doing; each change makes a new snapshot.
 */
export class ProjectStore implements Disposable {
  readonly #changed = new Emitter<ProjectsSnapshot>((error) =>
    this.log.log('error', 'A view failed to take a snapshot', error),
  );
  readonly onDidChange = this.#changed.event;
  readonly #entries = new Map<string, Entry>();
  /** Looks at the engine are numbered as they begin; an answer that was overtaken by a later look's is dropped. */
  #looks = 0;
  /** The number of the look that each project's entry, or its absence, is known from. */
  readonly #knownFrom = new Map<string, number>();
  readonly #activities = new Map<string, { readonly state: ContainerState; readonly row: ProjectRow }>();
  readonly #book = new RowBook();
  #engineId = '';
  #snapshot: ProjectsSnapshot = { version: 0, rows: [], engine: 'connecting', loaded: false };
  readonly #watches: readonly Disposable[];

  constructor(
    private readonly home: BerthHome,
    private readonly connection: EngineConnection,
    private readonly assess: Assess,
    private readonly log: Logger,
    private readonly health: HealthSource = nothingTold,
  ) {
    this.#watches = [
      connection.onDidChangeStatus(() => this.#publish()),
      health.onDidChange(() => this.#snapshot.loaded && this.#publish()),
    ];
  }

  get snapshot(): ProjectsSnapshot {
    return this.#snapshot;
  }

  /** Lists every project of this owner anew. */
  async load(engine: Engine, signal?: AbortSignal): Promise<ProjectsSnapshot> {
    const owner = await this.home.owner();
    const look = ++this.#looks;
    const [listed] = await Promise.all([listProjectContainers(engine, owner, undefined, signal), this.health.load()]);
    const byProject = groupedByProject(listed);
    const found = await this.#entriesOf(engine, byProject, new Map(), signal);
    for (const id of new Set([...this.#entries.keys(), ...found.keys()])) this.#know(look, id, found.get(id));
    this.#engineId = engine.info.id;
    this.#publish(true);
    return this.#snapshot;
  }

  /** Looks at one project anew, also at one that is not listed since it waits. `event` tells when it changed. */
  async loadOne(engine: Engine, id: string, event?: EngineEvent, signal?: AbortSignal): Promise<ProjectRow | null> {
    return (await this.loadSome(engine, new Map([[id, event]]), signal)).get(id) ?? null;
  }

  /** Looks at some projects anew, by one question to the engine. @returns all rows by their projects' ids */
  async loadSome(
    engine: Engine,
    events: ReadonlyMap<string, EngineEvent | undefined>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, ProjectRow>> {
    const owner = await this.home.owner();
    const look = ++this.#looks;
    const [listed] = await Promise.all([
      listContainersOf(engine, owner, [...events.keys()], signal),
      this.health.load(),
    ]);
    const found = await this.#entriesOf(engine, groupedByProject(listed), events, signal);
    for (const id of events.keys()) this.#know(look, id, found.get(id));
    this.#engineId = engine.info.id;
    return this.#publish();
  }

  /** Says what this process is doing to a project; disposing says that it is over. */
  doing(row: ProjectRow, state: ContainerState): Disposable {
    const activity = { state, row: { ...row, state } };
    this.#activities.set(row.id, activity);
    this.#publish();
    return {
      dispose: () => {
        if (this.#activities.get(row.id) !== activity) return;
        this.#activities.delete(row.id);
        this.#publish();
      },
    };
  }

  dispose(): void {
    for (const watch of this.#watches) watch.dispose();
    this.#changed.dispose();
  }

  #know(look: number, id: string, entry: Entry | undefined): void {
    if (look < (this.#knownFrom.get(id) ?? 0)) return;
    this.#knownFrom.set(id, look);
    if (entry !== undefined) this.#entries.set(id, entry);
    else if (this.#entries.delete(id)) this.#book.forget(id);
  }

  async #entriesOf(
    engine: Engine,
    byProject: ReadonlyMap<string, readonly ContainerSummary[]>,
    events: ReadonlyMap<string, EngineEvent | undefined>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Entry>> {
    const glance = new FileGlance();
    const entries = [...byProject].map(
      async ([id, containers]) =>
        [id, await this.#entryOf(engine, id, containers, events.get(id), glance, signal)] as const,
    );
    return new Map(await Promise.all(entries));
  }

  async #entryOf(
    engine: Engine,
    id: string,
    listed: readonly ContainerSummary[],
    event: EngineEvent | undefined,
    glance: FileGlance,
    signal?: AbortSignal,
  ): Promise<Entry> {
    const state = await readProjectState(this.home, id, glance);
    const containers = withEnd(listed, state.agent);
    const shown = representative(containers);
    const changed = event === undefined ? this.#entries.get(id)?.changed : new Date(event.time).toISOString();
    const detail = shown !== null && isTelling(shown) ? await engine.inspectContainer(shown.id, signal) : null;
    return {
      shown,
      standing: standing(containers, shown?.labels[labels.name] ?? '', id),
      assessed: shown === null ? { stale: [], ports: null } : await this.assess(shown, glance),
      close: detail === null ? null : closeLook(detail),
      setup: shown === null ? [] : openSteps(state, shown.id),
      secrets: shown === null ? [] : await secretsOf(this.home, id, shown, glance),
      idleFor: shown === null ? null : await idleStopOf(engine, shown, signal),
      ...(changed === undefined ? {} : { changed }),
    };
  }

  /** @returns all rows by their projects' ids */
  #publish(loaded = this.#snapshot.loaded): ReadonlyMap<string, ProjectRow> {
    const rows = new Map<string, ProjectRow>();
    for (const [id, entry] of this.#entries) {
      const { shown, standing, assessed, changed, ...known } = entry;
      if (shown === null) continue;
      const activity = this.#activities.get(id)?.state;
      const reading = this.health.readingOf(shown.id);
      const snoozes = this.health.snoozesOf(shown.id);
      const make = (): ProjectRow =>
        rowOf(shown, {
          engine: this.#engineId,
          ...assessed,
          ...standing,
          ...known,
          reading,
          snoozes,
          ...(activity === undefined ? {} : { activity }),
          ...(changed === undefined ? {} : { changed }),
        });
      rows.set(id, this.#book.row(id, [entry, this.#engineId, activity, reading, snoozes], make));
    }
    for (const [id, activity] of this.#activities) {
      if (!rows.has(id)) rows.set(id, activity.row);
    }
    const before = this.#snapshot;
    const engine = this.connection.status.kind;
    const listed = this.#book.sorted([...rows.values()].filter(({ folder }) => !isWaiting(this.home, folder)));
    if (listed === before.rows && engine === before.engine && loaded === before.loaded) return rows;
    this.#snapshot = { version: before.version + 1, rows: listed, engine, loaded };
    this.#changed.fire(this.#snapshot);
    return rows;
  }
}

/** Whether an inspection tells what its line in the list does not: why it ended or goes on ending, or why its check fails. Pure. */
function isTelling({ state, status, health }: ContainerSummary): boolean {
  if (state === 'restarting') return true;
  if (state === 'running') return health === 'unhealthy';
  return state === 'exited' && !/\((?:0|130|143)\)/.test(status);
}

function closeLook({ oomKilled, restartCount, finishedAt, healthCheck }: ContainerDetail): CloseLook {
  return { oomKilled, restarts: restartCount, finishedAt, healthCommand: healthCheck };
}

function groupedByProject(containers: readonly ContainerSummary[]): ReadonlyMap<string, readonly ContainerSummary[]> {
  const groups = new Map<string, ContainerSummary[]>();
  for (const container of containers) {
    const id = container.labels[labels.project] ?? '';
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [container]);
    else group.push(container);
  }
  return groups;
}
