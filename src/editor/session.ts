import type { Core } from '../core/index';
import { messageOf } from '../core/errors';
import { DisposableStore, Emitter } from '../core/lifetime';
import type { Disposable } from '../core/lifetime';
import type { Logger } from '../core/log';
import type { ProjectRow } from '../core/model';
import type { PortRow } from '../core/ports/types';
import type { ProjectsSnapshot } from '../core/projects/types';
import type { ServiceRow } from '../core/services/types';
import type { Snapshot } from '../core/snapshots/types';
import type { StorageRow } from '../core/storage/look';
import type { LazyCore } from './lazy-core';
import type { Busy } from './rows/condition';
import { GitBook } from './git/git-book';
import { ProjectRows } from './project-rows';
import { rowChanges, type RowChange } from './rows/row-changes';
import { RowIndex, touches, type RowTest } from './rows/row-index';
import { Runs } from './run/runs';
import { WorkList } from './work-list';
import type { WindowState } from './window/window-state';
import { WorktreeBook } from './worktrees/worktree-book';

/** Milliseconds: changes that come sooner after a rendering are gathered into the next; the first is shown at once. */
const coalesceMs = 30;

/** From one snapshot of the core's to the next. */
export interface SnapshotChange {
  readonly before: ProjectsSnapshot;
  readonly after: ProjectsSnapshot;
  readonly changes: readonly RowChange[];
}

/** So many rows are asked one by one whether they are this window's; of more, all are looked through. */
const few = 20;

const nothing: ProjectsSnapshot = { version: 0, rows: [], engine: 'connecting', loaded: false };

/**
 * All that views, status bar and commands read, in one place: the core's snapshot, this window's folders, what is under
 * way. Everything here is in memory; rendering never waits for the engine.
 */
export class Session implements Disposable {
  readonly work = new WorkList();
  readonly runs = new Runs();
  /** As their forwarder tells them. */
  readonly ports = new ProjectRows<PortRow>();
  readonly git = new GitBook();
  readonly services = new ProjectRows<ServiceRow>();
  readonly storage = new ProjectRows<StorageRow>();
  /** The newest first. */
  readonly snapshots = new ProjectRows<Snapshot>();
  readonly worktrees = new WorktreeBook();
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Emitter<void>((error) => this.log.log('error', 'A view failed', error)));
  /** Something that a view shows is new; several changes at once are told once. */
  readonly onDidChange = this.#changed.event;
  readonly #snapshots = this.#store.add(new Emitter<SnapshotChange>());
  /** Every change of the snapshot, one by one: for who tells news. */
  readonly onDidChangeSnapshot = this.#snapshots.event;
  #snapshot = nothing;
  readonly #index = new RowIndex();
  /** Asked by every view for every change, and found among all rows; null where something that it hangs on has changed. */
  #rowsHere: readonly ProjectRow[] | null = null;
  #timer: NodeJS.Timeout | undefined;
  #told = Number.NEGATIVE_INFINITY;
  #others = 0;
  #core: Promise<Core> | undefined;

  constructor(
    private readonly lazy: LazyCore,
    readonly window: WindowState,
    readonly log: Logger,
  ) {
    const { work, runs, ports, services, storage, snapshots, git } = this;
    for (const source of [work, runs, ports, services, storage, snapshots, git, window].map(
      ({ onDidChange }) => onDidChange,
    )) {
      this.#store.add(
        source(() => {
          this.#others += 1;
          this.changed();
        }),
      );
    }
    this.#store.add(window.onDidChange(() => (this.#rowsHere = null)));
  }

  get snapshot(): ProjectsSnapshot {
    return this.#snapshot;
  }

  /** How often anything but the snapshot has changed: while this is the same, a row hangs on the snapshot alone. */
  get others(): number {
    return this.#others;
  }

  get engineLost(): boolean {
    return this.#snapshot.engine === 'unreachable';
  }

  /** The core; from the first call on the snapshot is kept true by the engine's events. */
  core(): Promise<Core> {
    this.#core ??= this.#wakeUp().catch((error: unknown) => {
      this.#core = undefined; // A failure must not be remembered.
      throw error;
    });
    return this.#core;
  }

  async #wakeUp(): Promise<Core> {
    const core = await this.lazy.get();
    this.#take(core.projects.snapshot);
    this.#store.add(core.projects.onDidChange((snapshot) => this.#take(snapshot)));
    core.projects.watch();
    core.warm.keep();
    this.window.learnWith({
      identify: (folder) => core.projects.identify(folder),
      propose: async (folder) => {
        const { resolved, proposal } = await core.templates.forFolder(folder);
        return { template: proposal?.template ?? resolved.name, reason: proposal?.reason ?? '' };
      },
    });
    return core;
  }

  /** Begins to watch without waiting for it: what activation and a view that opens do. */
  wake(): void {
    this.core().catch((error: unknown) => this.log.log('error', `Berth cannot start: ${messageOf(error)}`, error));
  }

  row(id: string): ProjectRow | undefined {
    return this.#index.get(id);
  }

  /** See {@link RowIndex.which}. */
  which(test: RowTest): readonly ProjectRow[] {
    return this.#index.which(test);
  }

  /** The rows of this window's folders, in the folders' order. */
  get rowsHere(): readonly ProjectRow[] {
    return (this.#rowsHere ??= this.window.folders.flatMap(
      (folder) => this.window.rowOf(folder, this.#snapshot.rows) ?? [],
    ));
  }

  busy(id: string): Busy | undefined {
    return this.work.of(id);
  }

  /** Tells the views, gathered with what else changes in the same moment. */
  changed(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#told = performance.now();
        this.#changed.fire();
      },
      Math.max(0, this.#told + coalesceMs - performance.now()),
    );
  }

  #take(after: ProjectsSnapshot): void {
    const before = this.#snapshot;
    this.#snapshot = after;
    const changes = rowChanges(before.rows, after.rows);
    this.#index.take(after.rows, changes);
    const isHere: RowTest = (row) => this.window.folderOf(row) !== undefined;
    if (changes.length > few || touches(changes, isHere)) this.#rowsHere = null;
    this.#snapshots.fire({ before, after, changes });
    this.changed();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.runs.dispose();
    this.ports.dispose();
    this.storage.dispose();
    this.snapshots.dispose();
    this.git.dispose();
    this.services.dispose();
    this.work.dispose();
    this.#store.dispose();
  }
}
