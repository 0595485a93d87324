import { Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ServiceRow } from '../../core/services/types';

/** The services of each project as they were when last looked at: what rows and commands read. */
export class ServiceBook implements Disposable {
  readonly #rows = new Map<string, readonly ServiceRow[]>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of(project: string): readonly ServiceRow[] {
    return this.#rows.get(project) ?? [];
  }

  /** Undefined where nothing is known of the project any more. */
  set(project: string, rows: readonly ServiceRow[] | undefined): void {
    if (rows === undefined && !this.#rows.has(project)) return;
    if (rows === undefined) this.#rows.delete(project);
    else this.#rows.set(project, rows);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
