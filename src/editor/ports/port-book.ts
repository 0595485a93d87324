import { Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { PortRow } from '../../core/ports/types';

/** The ports of each project as their forwarder tells them: what rows and commands read. */
export class PortBook implements Disposable {
  readonly #rows = new Map<string, readonly PortRow[]>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of(project: string): readonly PortRow[] {
    return this.#rows.get(project) ?? [];
  }

  /** Undefined where nothing is known of the project any more. */
  set(project: string, rows: readonly PortRow[] | undefined): void {
    if (rows === undefined) this.#rows.delete(project);
    else this.#rows.set(project, rows);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
