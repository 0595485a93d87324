import type { EngineConnection, EngineEvent } from '../engine/types';
import { isCancelled } from '../errors';
import type { BerthHome } from '../home';
import type { Journal } from '../journal/journal';
import type { Disposable } from '../lifetime';
import type { Lines } from '../line/types';
import type { Logger } from '../log';
import type { ProjectRow, ReasonCode } from '../model';
import type { Projects } from '../projects/types';
import type { HealthBoard } from './board';
import type { HealthReading } from './facts';
import type { Monitor } from './monitor';
import { claimToast, snooze } from './snooze';

/** The watch over containers' health. What it finds is in every row of the projects' snapshot. */
export interface Health {
  /**
   * Stands by to be the monitor, of which there is one among all processes of a user, and tells of what another finds,
   * until the signal aborts or the core is disposed. Needs projects that are watched.
   */
  watch(signal?: AbortSignal): void;
  /** Whether this process is the monitor now. */
  readonly isMonitor: boolean;
  /** Examines one container now, whoever the monitor is. @returns what was found; null where it does not run */
  look(row: ProjectRow, signal?: AbortSignal): Promise<HealthReading | null>;
  /** Puts a reason off for this container, everywhere; 0 takes that back. */
  snooze(row: ProjectRow, code: ReasonCode, forMs: number): Promise<void>;
  /** True for the one window that is to tell a person of this reason of this container. */
  claimToast(row: ProjectRow, code: ReasonCode): Promise<boolean>;
}

export interface HealthContext {
  readonly home: BerthHome;
  readonly connection: EngineConnection;
  readonly projects: Projects;
  readonly board: HealthBoard;
  readonly journal: Journal;
  /** The Lines of this process, once it has made any. */
  readonly lines: () => Lines | undefined;
  /** Whether registries may be asked for newer base images. */
  readonly mayAskRegistry: () => boolean;
  /** What the monitor does by itself, see core/refresh/caretaker.ts. */
  readonly care: (rows: readonly ProjectRow[], signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
}

/** Costs nothing until it is asked to watch or to look. `heard` takes the engine's events in. */
export function createHealth(
  context: HealthContext,
): Health & Disposable & { readonly heard: (event: EngineEvent) => void } {
  const { home, connection, projects, board, journal, log } = context;
  const lifetime = new AbortController();
  let leading: AbortSignal | undefined;
  let ready: Monitor | undefined;
  let making: Promise<Monitor> | undefined;
  // Loaded by who watches or looks: most verbs of the command line do neither.
  const monitorNow = (): Promise<Monitor> =>
    (making ??= import('./monitor').then(({ Monitor: Made }) => (ready = new Made(parts))));
  const parts: ConstructorParameters<typeof Monitor>[0] = {
    connection,
    board,
    rows: () => projects.snapshot.rows,
    roads: (_engine, row) =>
      Promise.resolve({
        line: context.lines()?.open(row.container ?? '') ?? null,
        runner: () => projects.runner(row),
      }),
    hasLine: (container) => context.lines()?.open(container) != null,
    baseOf: (row) => projects.baseOf(row),
    mayAskRegistry: context.mayAskRegistry,
    care: context.care,
    tell: async ({ kind, row, cause, code }) => {
      const { id, name, container, template } = row;
      const entry = { actor: 'monitor', kind, project: { id, name }, container, template, cause, code, ms: 0 } as const;
      await journal.append({ at: new Date().toISOString(), ...entry }).catch((error: unknown) => {
        log.log('warn', 'The journal cannot be written', error);
      });
    },
    log,
  };
  return {
    get isMonitor() {
      return leading !== undefined && !leading.aborted;
    },
    watch(signal) {
      const both = signal === undefined ? lifetime.signal : AbortSignal.any([signal, lifetime.signal]);
      const work = async (on: AbortSignal): Promise<void> => {
        const monitor = await monitorNow();
        leading = on;
        log.log('debug', 'This process is the monitor now');
        const told = projects.onDidChange(() => {
          monitor.report().catch((error: unknown) => log.log('warn', 'The monitor cannot tell what it found', error));
        });
        await monitor.run(on).finally(() => {
          leading = undefined;
          told.dispose();
        });
      };
      const stand = async (): Promise<void> => (await import('./leader')).lead(home.locksDir, 'monitor', work, both);
      Promise.all([board.watch(), stand()]).catch((error: unknown) => {
        if (!isCancelled(error)) log.log('error', 'Watching over health ended', error);
      });
    },
    async look(row, signal) {
      await board.load();
      return (await monitorNow()).look(await connection.get(signal), row, { probe: true }, signal);
    },
    async snooze(row, code, forMs) {
      if (row.container !== null) await snooze(board, row.container, code, forMs);
    },
    claimToast: (row, code) =>
      row.container === null ? Promise.resolve(false) : claimToast(board, row.container, code),
    heard: (event) => {
      if (leading !== undefined) ready?.heard(event, leading);
    },
    dispose: () => lifetime.abort(),
  };
}
