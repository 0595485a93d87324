import { Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';

/** A command that Run Command… started and that has not ended. */
export interface Run {
  readonly id: string;
  readonly project: string;
  readonly command: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  cancel(): void;
}

/** The commands under way in this window, for their rows and for Cancel. */
export class Runs implements Disposable {
  #runs: readonly Run[] = [];
  #count = 0;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of(project: string): readonly Run[] {
    return this.#runs.filter((run) => run.project === project);
  }

  get all(): readonly Run[] {
    return this.#runs;
  }

  begin(project: string, command: string, cancel: () => void): Disposable {
    this.#count += 1;
    const run: Run = { id: String(this.#count), project, command, started: Date.now(), cancel };
    this.#set([...this.#runs, run]);
    return { dispose: () => this.#set(this.#runs.filter((other) => other !== run)) };
  }

  dispose(): void {
    for (const run of this.#runs) run.cancel();
    this.#changed.dispose();
  }

  #set(runs: readonly Run[]): void {
    this.#runs = runs;
    this.#changed.fire();
  }
}
