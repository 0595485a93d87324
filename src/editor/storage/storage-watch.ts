import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { Session } from '../session';

/** How long sizes may take, in milliseconds: nobody waits for them. */
const patienceMs = 20_000;

/**
 * Keeps the volumes of this window's projects known while the Containers view is on screen: one look when a container came,
 * went, started or stopped, and its sizes after that, by one command in a running container. Nothing is asked in between.
 */
export class StorageWatch implements Disposable {
  readonly #store = new DisposableStore();
  readonly #seen = new Map<string, string>();
  readonly #abort = new AbortController();

  constructor(
    private readonly session: Session,
    private readonly visible: () => boolean,
  ) {
    this.#store.add(session.onDidChange(() => this.#update()));
  }

  #update(): void {
    if (!this.visible() || this.session.engineLost) return;
    for (const row of this.session.rowsHere) {
      const state = `${row.container ?? ''} ${row.state}`;
      if (!['running', 'stopped', 'crashed', 'absent'].includes(row.state) || this.#seen.get(row.id) === state)
        continue;
      this.#seen.set(row.id, state);
      void this.#look(row);
    }
  }

  async #look(row: ProjectRow): Promise<void> {
    const { session } = this;
    const { signal } = this.#abort;
    try {
      const { projects } = await session.core();
      session.storage.set(row.id, await projects.storage(row, { patienceMs: 0 }, signal));
      if (row.state !== 'running') return;
      session.storage.set(row.id, await projects.storage(row, { patienceMs, insideOnly: true }, signal));
    } catch (error) {
      if (isCancelled(error)) return;
      this.#seen.delete(row.id);
      session.log.log('debug', `The volumes of ${row.name} are not known: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    this.#abort.abort();
    this.#store.dispose();
  }
}
