import { Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { StorageRow } from '../../core/storage/look';

/** The volumes of each project as they were when last looked at: what rows and commands read. */
export class StorageBook implements Disposable {
  readonly #rows = new Map<string, readonly StorageRow[]>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of(project: string): readonly StorageRow[] {
    return this.#rows.get(project) ?? [];
  }

  set(project: string, rows: readonly StorageRow[]): void {
    this.#rows.set(project, rows);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
