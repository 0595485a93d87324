import { Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { Snapshot } from '../../core/snapshots/types';

/** The snapshots of each project as they were when last looked at: what rows read. */
export class SnapshotBook implements Disposable {
  readonly #found = new Map<string, readonly Snapshot[]>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  /** The newest first. */
  of(project: string): readonly Snapshot[] {
    return this.#found.get(project) ?? [];
  }

  set(project: string, found: readonly Snapshot[]): void {
    this.#found.set(project, found);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
