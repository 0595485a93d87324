import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerDetail, Engine, EngineConnection, EngineEvent } from '../engine/types';
import { isCancelled, messageOf } from '../errors';
import type { Logger } from '../log';
import { labels } from '../model';
import type { ProjectRow } from '../model';
import type { HealthBoard } from './board';
import { BaseImages } from './base';
import { examine, lastExitCode } from './examine';
import type { Roads } from './examine';
import type { HealthReading, OtherBase } from './facts';
import { Pace } from './pace';
import { afterLook, afterStart, mindOf } from './reading';
import type { Clock, Mind } from './reading';
import { Reporter } from './report';
import type { Tell } from './report';

export interface MonitorParts {
  readonly connection: EngineConnection;
  readonly board: HealthBoard;
  /** Every project as the snapshot has it now. */
  readonly rows: () => readonly ProjectRow[];
  readonly roads: (engine: Engine, row: ProjectRow, container: ContainerDetail) => Promise<Roads>;
  /** Whether this process has a Line open to a container. */
  readonly hasLine: (container: string) => boolean;
  /** The image that the template's image would be built on now; null where it is built by other means. */
  readonly baseOf: (row: ProjectRow) => Promise<string | null>;
  /** Whether registries may be asked for newer base images: not where left out. */
  readonly mayAskRegistry?: () => boolean;
  readonly tell: Tell;
  /** What is done by itself after each turn. */
  readonly care?: (rows: readonly ProjectRow[], signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
  readonly clock?: () => Clock;
}

/** Milliseconds between two turns of the monitor: each examines at most one container. */
const turnMs = 5_000;
/** Milliseconds in which mere figures are gathered before views and other processes are told of them. */
const gatherMs = 30_000;
/** Milliseconds between two looks at what a container's base image is by now. */
const baseMs = 10 * 60_000;

/** What events told of a container since the last look at it. */
interface Heard {
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** Somebody had the engine stop it: the next start is somebody's too, and no mending of the engine's. */
  readonly isStopped: boolean;
}

const nothingHeard: Heard = { exitCode: null, oomKilled: false, isStopped: false };

const systemClock = (): Clock => ({ now: Date.now(), steady: performance.now() });

/**
 * Examines running containers one after another, for as long as this process is the monitor. What events tell is looked
 * at as it happens; probes are spread over time, so that a hundred containers cost no more than a dozen.
 */
export class Monitor {
  readonly #minds = new Map<string, Mind>();
  readonly #pace: Pace;
  readonly #bases = new BaseImages();
  readonly #baseLooks = new Map<string, number>();
  /** Ends that events told of, by container: exit codes, and kills by the kernel, since the last look. */
  readonly #heard = new Map<string, Heard>();
  readonly #reporter: Reporter;
  readonly #clock: () => Clock;
  #looking: Promise<unknown> = Promise.resolve();
  #told = 0;

  constructor(private readonly parts: MonitorParts) {
    this.#clock = parts.clock ?? systemClock;
    this.#pace = new Pace(parts.hasLine);
    this.#reporter = new Reporter(parts.board, parts.tell);
  }

  /** Goes on until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.parts.board.load();
    this.#minds.clear();
    while (!signal.aborted) {
      try {
        await this.turn(signal);
        await this.parts.care?.(this.parts.rows(), signal);
      } catch (error) {
        if (isCancelled(error)) return;
        this.parts.log.log('debug', `The monitor's turn failed: ${messageOf(error)}`);
      }
      await delay(turnMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Tells what the rows tell, once each. */
  report(): Promise<void> {
    return this.#reporter.snapshot(this.parts.rows());
  }

  /** One turn: examines who is due. */
  async turn(signal: AbortSignal): Promise<void> {
    const { connection, board } = this.parts;
    const rows = this.parts.rows();
    await this.report();
    if (connection.status.kind !== 'connected') return;
    this.#forget(rows);
    const { steady } = this.#clock();
    for (const row of this.#pace.due(rows, steady)) {
      await this.look(connection.status.engine, row, { probe: true }, signal);
    }
    if (steady - this.#told > gatherMs && this.#pace.changed) await this.#write(board);
  }

  /** Takes an event in. A start is looked at at once, without a probe, unless the events themselves say what it means. */
  heard(event: EngineEvent, signal: AbortSignal): void {
    if (event.type === 'image') this.#bases.changed();
    if (event.type !== 'container' || event.attributes[labels.project] === undefined) return;
    const { id, action } = event;
    const known = this.#heard.get(id) ?? nothingHeard;
    // A stop is told after the end that it brought about: one that was told before is of another end.
    if (action === 'die')
      this.#heard.set(id, { ...known, exitCode: Number(event.attributes['exitCode'] ?? Number.NaN), isStopped: false });
    if (action === 'stop') this.#heard.set(id, { ...known, isStopped: true });
    if (action === 'oom') this.#heard.set(id, { ...known, oomKilled: true });
    if (action !== 'start' && action !== 'oom') return;
    // Of a start that somebody asked for there is only to see that what was found before it holds no longer.
    const isAsked = action === 'start' && known.isStopped;
    if (isAsked) {
      this.#heard.delete(id);
      if (this.#mind(id, this.#clock()) === null) return;
    }
    const row = this.parts.rows().find(({ container }) => container === id);
    const { status } = this.parts.connection;
    if (row === undefined || status.kind !== 'connected') return;
    const taken = isAsked
      ? this.#inTurn(() => this.#started(row, event))
      : this.look(status.engine, row, { probe: false }, signal);
    taken.catch((error: unknown) => {
      if (!isCancelled(error)) this.parts.log.log('debug', `Looking at ${row.name} failed: ${messageOf(error)}`);
    });
  }

  /** Looks at one container; looks wait for each other. @returns null where it does not run */
  look(
    engine: Engine,
    row: ProjectRow,
    how: { readonly probe: boolean },
    signal?: AbortSignal,
  ): Promise<HealthReading | null> {
    return this.#inTurn(() => this.#look(engine, row, how, signal));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#looking.then(work);
    this.#looking = done.catch(() => undefined);
    return done;
  }

  /** Without a question to the engine, which a busy machine would have at each start: the event says all there is to know. */
  async #started(row: ProjectRow, { id, time }: EngineEvent): Promise<void> {
    const clock = this.#clock();
    const before = this.#mind(id, clock);
    if (before === null) return;
    const mind = afterStart(before, new Date(time).toISOString(), row, clock);
    this.#minds.set(id, mind);
    if (isOther(before.reading, mind.reading, false)) await this.#write(this.parts.board);
  }

  async #look(
    engine: Engine,
    row: ProjectRow,
    how: { readonly probe: boolean },
    signal?: AbortSignal,
  ): Promise<HealthReading | null> {
    const container = await engine.inspectContainer(row.container ?? row.containerName, signal);
    if (container?.state !== 'running') return null;
    const { id } = container;
    const roads = how.probe ? await this.parts.roads(engine, row, container) : null;
    const examined = roads === null ? null : await examine(roads, row, signal);
    const clock = this.#clock();
    const before = this.#mind(id, clock);
    const heard = this.#heard.get(id) ?? nothingHeard;
    this.#heard.delete(id);
    const isNews = container.restartCount > 0 && before?.reading.crash?.at !== container.finishedAt;
    const exitCode = isNews
      ? (heard.exitCode ?? (await lastExitCode(engine, container, signal).catch(() => null)))
      : heard.exitCode;
    const base = await this.#base(engine, row, container, { clock, before: before?.reading.base ?? null }, signal);
    const pace = this.#pace.of(id);
    const look = { container, probe: examined?.probe ?? null, exitCode, oomKilled: heard.oomKilled, pace };
    const mind = afterLook(
      before,
      base === undefined ? look : { ...look, base },
      row.thresholds,
      row.workspacePath,
      clock,
    );
    this.#minds.set(id, mind);
    if (how.probe) this.#pace.probed(id, clock.steady);
    if (examined?.healed === true) await this.#reporter.healed(row);
    await this.#reporter.crash(row, mind.reading.crash);
    if (isOther(before?.reading, mind.reading, how.probe)) await this.#write(this.parts.board);
    return mind.reading;
  }

  #mind(id: string, clock: Clock): Mind | null {
    const known = this.#minds.get(id);
    if (known !== undefined) return known;
    const written = this.parts.board.readingOf(id);
    return written === null ? null : mindOf(written, clock);
  }

  /** Undefined where it is not the time to look, or cannot be told. */
  async #base(
    engine: Engine,
    row: ProjectRow,
    container: ContainerDetail,
    { clock: { steady }, before }: { readonly clock: Clock; readonly before: OtherBase | null },
    signal?: AbortSignal,
  ): Promise<OtherBase | null | undefined> {
    const last = this.#baseLooks.get(container.id);
    if (last !== undefined && steady - last < baseMs) return undefined;
    this.#baseLooks.set(container.id, steady);
    const asked = (): Promise<string | null> => this.parts.baseOf(row);
    try {
      const here = await this.#bases.newer(engine, container, asked, steady, signal);
      if (here !== null) return { image: here };
      // What another process was told by the registry is not unsaid by one that may not ask.
      if (this.parts.mayAskRegistry?.() !== true) return before?.inRegistry === true ? undefined : null;
      const there = await this.#bases.newerInRegistry(engine, container, asked, steady, signal);
      return there === null ? null : { image: there, inRegistry: true };
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.parts.log.log('debug', `The base image of ${row.name} cannot be compared: ${messageOf(error)}`);
      return undefined;
    }
  }

  #forget(rows: readonly ProjectRow[]): void {
    const there = new Set(rows.map(({ container }) => container));
    for (const known of [this.#minds, this.#heard, this.#baseLooks]) {
      for (const id of known.keys()) if (!there.has(id)) known.delete(id);
    }
    this.#pace.forget(there);
  }

  async #write(board: HealthBoard): Promise<void> {
    this.#told = this.#clock().steady;
    this.#pace.changed = false;
    const running = new Set(this.parts.rows().map(({ container }) => container));
    const kept = [...running].flatMap((id) => {
      const reading = id === null ? null : (this.#minds.get(id)?.reading ?? board.readingOf(id));
      return id === null || reading === null ? [] : [[id, reading] as const];
    });
    await board.write(Object.fromEntries(kept));
  }
}

/** Whether more than figures changed: something came, went, or began to count. A first probe's figures are news. */
function isOther(before: HealthReading | undefined, after: HealthReading, isProbed: boolean): boolean {
  if (before === undefined) return isProbed || shape(after) !== nothingFound;
  return shape(before) !== shape(after);
}

type Found = Pick<HealthReading, 'tooMuch' | 'failing' | 'crash' | 'oomKill' | 'base' | 'services'>;

function shape({ tooMuch, failing, crash, oomKill, base, services }: Found): string {
  const counting = Object.entries(tooMuch).map(([gauge, { forMs }]) => [gauge, forMs >= 5 * 60_000]);
  return JSON.stringify([counting, failing, crash, oomKill, base, services]);
}

const nothingFound = shape({ tooMuch: {}, failing: {}, crash: null, oomKill: null, base: null, services: [] });
