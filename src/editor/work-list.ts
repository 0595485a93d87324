import { Emitter } from '../core/lifetime';
import type { Disposable } from '../core/lifetime';
import type { Busy } from './rows/condition';

/** One long action on a project under way in this window. */
export interface Work extends Disposable {
  step(text: string): void;
}

interface Entry {
  verb: string;
  step: string;
  readonly abort: AbortController;
}

/** What this window is doing to which project: the spinner in its row and what Cancel cancels. */
export class WorkList implements Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of(id: string): Busy | undefined {
    return this.#entries.get(id);
  }

  get projects(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Disposing what it gives says that the work is over. */
  begin(id: string, verb: string, abort: AbortController): Work {
    const entry: Entry = { verb, step: '', abort };
    this.#entries.set(id, entry);
    this.#changed.fire();
    return {
      step: (text) => {
        entry.step = text;
        this.#changed.fire();
      },
      dispose: () => {
        if (this.#entries.get(id) === entry) this.#entries.delete(id);
        this.#changed.fire();
      },
    };
  }

  cancel(id: string): boolean {
    const entry = this.#entries.get(id);
    entry?.abort.abort();
    return entry !== undefined;
  }

  dispose(): void {
    for (const entry of this.#entries.values()) entry.abort.abort();
    this.#changed.dispose();
  }
}
