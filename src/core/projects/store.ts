import type { ContainerSummary, Engine, EngineConnection, EngineEvent } from '../engine/types';
import type { BerthHome } from '../home';
import { Emitter } from '../lifetime';
import { nothingTold } from '../health/board';
import type { HealthSource } from '../health/board';
import type { Disposable } from '../lifetime';
import type { Logger } from '../log';
import { idleStopOf } from '../idle/stopped';
import { withEnd } from '../lifespan/lifespan';
import { labels } from '../model';
import type { ContainerState, ProjectRow } from '../model';
import { slotOf, waitingSlots } from '../sandbox/warm/records';
import { secretsOf } from '../secrets/rows';
import { inBatches, inTurns } from '../turns';
import { listContainersOf, listProjectContainers } from './containers';
import { after, closeLook, factsOf } from './entry';
import type { Assessed, Entry } from './entry';
import { FileGlance } from './file-glance';
import { standing } from './repair';
import { RowBook } from './row-book';
import { representative, rowOf } from './rows';
import { readProjectState } from './state-file';
import { openSteps } from './step-records';
import { isBehind, tellsOfRun, toldBy } from './told';
import type { LastTold } from './told';
import type { ProjectsSnapshot } from './types';

/** Tells why a container should be replaced; asked at each look at the engine, so it has to be cheap when nothing changed. */
export type Assess = (container: ContainerSummary, glance: FileGlance) => Promise<Assessed>;

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
  /** The number of the first look at this engine: what an earlier one finds is another engine's. */
  #begun = 0;
  /** The number of the look that each project's entry, or its absence, is known from. */
  readonly #knownFrom = new Map<string, number>();
  /** By container, until a list knows of it; each numbered among the looks. */
  readonly #told = new Map<string, LastTold & { readonly look: number }>();
  readonly #activities = new Map<string, { readonly state: ContainerState; readonly row: ProjectRow }>();
  readonly #book = new RowBook();
  /** By project: the name under which the warm pool would know it, of those that it may know. */
  readonly #slots = new Map<string, string>();
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
      connection.onDidChangeStatus((status) => {
        // Another engine was chosen: the rows of the one before are not its last known state.
        if (status.kind === 'connecting' && status.last === null) this.#forget();
        this.#publish();
      }),
      health.onDidChange((containers) => this.#snapshot.loaded && this.#publish(true, this.#projectsOf(containers))),
    ];
  }

  get snapshot(): ProjectsSnapshot {
    return this.#snapshot;
  }

  /** A project's row as of the last look at it; null where there is none. */
  row(id: string): ProjectRow | null {
    return this.#book.get(id) ?? null;
  }

  /** Lists every project of this owner anew. */
  async load(engine: Engine, signal?: AbortSignal): Promise<ProjectsSnapshot> {
    const owner = await this.home.owner();
    const look = ++this.#looks;
    const [listed] = await Promise.all([listProjectContainers(engine, owner, undefined, signal), this.health.load()]);
    const byProject = groupedByProject(listed);
    const found = await this.#entriesOf(engine, byProject, new Map(), signal);
    if (look < this.#begun) return this.#snapshot;
    this.#engineId = engine.info.id;
    // Each row is made anew, even of a line that reads as before: a verdict may hang on the time.
    await inTurns(new Set([...this.#entries.keys(), ...found.keys()]), (id) => {
      if (look < this.#begun) return;
      this.#know(look, id, found.get(id));
      this.#renew(id);
    });
    if (look < this.#begun) return this.#snapshot;
    this.#publish(true);
    return this.#snapshot;
  }

  /** Looks at one project anew, also at one that is not listed since it waits. `event` tells when it changed. */
  async loadOne(engine: Engine, id: string, event?: EngineEvent, signal?: AbortSignal): Promise<ProjectRow | null> {
    return (await this.loadSome(engine, new Map([[id, event]]), signal)).get(id) ?? null;
  }

  /** Looks at some projects anew, by one question to the engine. @returns the rows by their projects' ids */
  async loadSome(
    engine: Engine,
    events: ReadonlyMap<string, EngineEvent | undefined>,
    signal?: AbortSignal,
  ): Promise<Pick<RowBook, 'get'>> {
    const owner = await this.home.owner();
    const look = ++this.#looks;
    const [listed] = await Promise.all([
      listContainersOf(engine, owner, [...events.keys()], signal),
      this.health.load(),
    ]);
    const found = await this.#entriesOf(engine, groupedByProject(listed), events, signal);
    if (look < this.#begun) return this.#book;
    for (const id of events.keys()) this.#know(look, id, found.get(id));
    const isOther = this.#engineId !== engine.info.id;
    this.#engineId = engine.info.id;
    this.#publish(this.#snapshot.loaded, isOther ? undefined : events.keys());
    return this.#book;
  }

  /** Keeps in mind what an event says as it is heard, so that no list that knows less of it is believed. */
  note(event: EngineEvent): void {
    if (event.action === 'destroy') this.#told.delete(event.id);
    if (!tellsOfRun(event) || this.#told.get(event.id)?.event === event) return;
    this.#told.set(event.id, { event, at: performance.now(), look: ++this.#looks });
  }

  /**
   * Takes over what events say by themselves of the containers that rows show.
   * @returns the events that do not say all: their projects have to be looked at
   */
  tell(events: ReadonlyMap<string, EngineEvent>): ReadonlyMap<string, EngineEvent> {
    const open = new Map(events);
    const known: string[] = [];
    for (const [id, event] of events) {
      this.note(event);
      const entry = this.#entries.get(id);
      const told = entry === undefined ? null : after(entry, event);
      if (told === null) continue;
      this.#entries.set(id, told.entry);
      known.push(id);
      if (told.isWhole) open.delete(id);
    }
    if (known.length > 0) this.#publish(this.#snapshot.loaded, known);
    return open;
  }

  /** The event of an end that the list of the last look at a project did not know yet; null where that was true. */
  lateEnd(id: string): EngineEvent | null {
    return this.#entries.get(id)?.lateEnd ?? null;
  }

  /** Says what this process is doing to a project; disposing says that it is over. */
  doing(row: ProjectRow, state: ContainerState): Disposable {
    const activity = { state, row: { ...row, state } };
    this.#activities.set(row.id, activity);
    this.#publish(this.#snapshot.loaded, [row.id]);
    return {
      dispose: () => {
        if (this.#activities.get(row.id) !== activity) return;
        this.#activities.delete(row.id);
        this.#publish(this.#snapshot.loaded, [row.id]);
      },
    };
  }

  dispose(): void {
    for (const watch of this.#watches) watch.dispose();
    this.#changed.dispose();
  }

  #forget(): void {
    this.#begun = ++this.#looks;
    this.#told.clear();
    for (const id of [...this.#entries.keys()]) this.#know(this.#begun, id, undefined);
    this.#snapshot = { ...this.#snapshot, loaded: false };
  }

  #know(look: number, id: string, entry: Entry | undefined): void {
    if (look < (this.#knownFrom.get(id) ?? 0)) return;
    this.#knownFrom.set(id, look);
    if (entry === undefined) {
      this.#entries.delete(id);
      return;
    }
    // What was told while the look was under way may be later than its list, which says more of all else.
    const told = this.#told.get(entry.shown?.id ?? '');
    const isLater = told !== undefined && told.look > look;
    if (told !== undefined && !isLater && entry.lateEnd === null) this.#told.delete(told.event.id);
    this.#entries.set(id, (isLater ? after(entry, told.event)?.entry : null) ?? entry);
  }

  async #entriesOf(
    engine: Engine,
    byProject: ReadonlyMap<string, readonly ContainerSummary[]>,
    events: ReadonlyMap<string, EngineEvent | undefined>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Entry>> {
    const glance = new FileGlance();
    const entries = await inBatches(
      [...byProject],
      async ([id, containers]) =>
        [id, await this.#entryOf(engine, id, containers, events.get(id), glance, signal)] as const,
    );
    return new Map(entries);
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
    const inList = representative(containers);
    const told = inList === null ? undefined : this.#told.get(inList.id);
    const lateEnd = inList !== null && isBehind(inList, told, performance.now()) ? told.event : null;
    const shown = lateEnd === null || inList === null ? inList : await lateLine(engine, inList, lateEnd, signal);
    const before = this.#entries.get(id);
    const last = event ?? lateEnd;
    const changed = last === null ? before?.changed : new Date(last.time).toISOString();
    const detail = shown !== null && isTelling(shown) ? await engine.inspectContainer(shown.id, signal) : null;
    return {
      shown,
      lateEnd,
      standing: standing(containers, shown?.labels[labels.name] ?? '', id),
      assessed: await this.#assessedOf(before, shown, event, glance),
      close: detail === null ? null : closeLook(detail),
      setup: shown === null ? [] : openSteps(state, shown.id),
      secrets: shown === null ? [] : await secretsOf(this.home, id, shown, glance),
      idleFor: shown === null ? null : await idleStopOf(engine, shown, signal),
      ...(changed === undefined ? {} : { changed }),
    };
  }

  /** A start or an end says nothing new of a template, whose files cost more to look at than all else of such a look. */
  async #assessedOf(
    before: Entry | undefined,
    shown: ContainerSummary | null,
    event: EngineEvent | undefined,
    glance: FileGlance,
  ): Promise<Assessed> {
    if (shown === null) return { stale: [], ports: null };
    const isSame = before?.shown?.id === shown.id && event !== undefined && tellsOfRun(event);
    return isSame ? before.assessed : this.assess(shown, glance);
  }

  /** The projects whose rows show one of these containers. */
  #projectsOf(containers: readonly string[]): readonly string[] {
    const asked = new Set<string | undefined>(containers);
    const found: string[] = [];
    for (const [id, { shown }] of this.#entries) if (asked.has(shown?.id)) found.push(id);
    return found;
  }

  /** @param of the projects of which something is new; all of them when left out */
  #publish(loaded = this.#snapshot.loaded, of?: Iterable<string>): void {
    const all = [this.#entries.keys(), this.#activities.keys(), this.#book.ids];
    for (const id of of ?? new Set(all.flatMap((ids) => [...ids]))) this.#renew(id);
    const before = this.#snapshot;
    const engine = this.connection.status.kind;
    const rows = this.#listed();
    if (rows === before.rows && engine === before.engine && loaded === before.loaded) return;
    this.#snapshot = { version: before.version + 1, rows, engine, loaded };
    this.#changed.fire(this.#snapshot);
  }

  #renew(id: string): void {
    const entry = this.#entries.get(id);
    const shown = entry?.shown ?? null;
    const activity = this.#activities.get(id);
    const before = this.#book.get(id);
    if (entry === undefined || shown === null) {
      if (activity === undefined) this.#book.forget(id);
      else this.#book.put(id, [activity], () => activity.row);
    } else {
      const reading = this.health.readingOf(shown.id);
      const snoozes = this.health.snoozesOf(shown.id);
      const [engine, state] = [this.#engineId, activity?.state ?? null];
      // Where one reading changed, nothing is made for all others of a thousand.
      const make = (): ProjectRow => rowOf(shown, factsOf(entry, { engine, activity: state, reading, snoozes }));
      this.#book.put(id, [entry, engine, state, reading, snoozes], make);
    }
    const row = this.#book.get(id);
    if (row === before) return;
    const slot = slotOf(row?.folder ?? '');
    if (slot === null) this.#slots.delete(id);
    else this.#slots.set(id, slot);
  }

  /** What waits in the pool is not shown; it may have been taken out of there by another process. */
  #listed(): readonly ProjectRow[] {
    const waiting = this.#slots.size === 0 ? this.#slots : waitingSlots(this.home);
    const { rows } = this.#book;
    if (waiting.size === 0) return rows;
    const shown = rows.filter(({ id }) => !waiting.has(this.#slots.get(id) ?? ''));
    const before = this.#snapshot.rows;
    return shown.length === before.length && shown.every((row, index) => row === before[index]) ? before : shown;
  }
}

/** Whether an inspection tells what its line in the list does not: why it ended or goes on ending, or why its check fails. Pure. */
function isTelling({ state, status, health }: ContainerSummary): boolean {
  if (state === 'restarting') return true;
  if (state === 'running') return health === 'unhealthy';
  return state === 'exited' && !/\((?:0|130|143)\)/.test(status);
}

/** What a list says too late of a container. Of an end that nobody asked for, an inspection tells what the engine makes of it. */
async function lateLine(
  engine: Engine,
  listed: ContainerSummary,
  end: EngineEvent,
  signal?: AbortSignal,
): Promise<ContainerSummary> {
  const told = toldBy(listed, end);
  if (told !== null) return told.shown;
  const now = await engine.inspectContainer(listed.id, signal);
  if (now === null) return listed;
  const status = now.state === 'restarting' ? `Restarting (${end.attributes['exitCode'] ?? ''})` : now.status;
  return { ...listed, state: now.state, health: now.health, status };
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
