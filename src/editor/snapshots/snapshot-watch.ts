import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { Session } from '../session';

/**
 * Keeps the snapshots of this window's projects known while the Containers view is on screen: one look when a container came
 * or went, when the view comes back, and after each command that changes them. Nothing is asked in between.
 */
export class SnapshotWatch implements Disposable {
  readonly #store = new DisposableStore();
  readonly #seen = new Map<string, string | null>();
  readonly #abort = new AbortController();
  #wasVisible = false;

  constructor(
    private readonly session: Session,
    private readonly visible: () => boolean,
  ) {
    this.#store.add(session.onDidChange(() => this.#update()));
  }

  #update(): void {
    const visible = this.visible();
    // A command line beside the editor makes and removes them, too.
    if (visible && !this.#wasVisible) this.#seen.clear();
    this.#wasVisible = visible;
    if (!visible || this.session.engineLost) return;
    for (const row of this.session.rowsHere) {
      if (this.#seen.has(row.id) && this.#seen.get(row.id) === row.container) continue;
      this.#seen.set(row.id, row.container);
      void this.#look(row);
    }
  }

  async #look(row: ProjectRow): Promise<void> {
    const { session } = this;
    try {
      const { snapshots } = await session.core();
      session.snapshots.set(row.id, await snapshots.list(row.id, this.#abort.signal));
    } catch (error) {
      if (isCancelled(error)) return;
      this.#seen.delete(row.id);
      session.log.log('debug', `The snapshots of ${row.name} are not known: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    this.#abort.abort();
    this.#store.dispose();
  }
}
