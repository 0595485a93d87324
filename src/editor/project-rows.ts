import { Emitter } from '../core/lifetime';
import type { Disposable } from '../core/lifetime';

/** What was last found of each project, of one kind: what views and commands read. */
export class ProjectRows<T> implements Disposable {
  readonly #rows = new Map<string, readonly T[]>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of(project: string): readonly T[] {
    return this.#rows.get(project) ?? [];
  }

  /** Undefined where nothing is known of the project any more. */
  set(project: string, rows: readonly T[] | undefined): void {
    if (rows === undefined && !this.#rows.has(project)) return;
    if (rows === undefined) this.#rows.delete(project);
    else this.#rows.set(project, rows);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
