import type { EngineEvent } from '../engine/types';

type Events = ReadonlyMap<string, EngineEvent>;

/**
 * Gathers what events say of projects into looks: one look for all that was told within a moment, and no two at a time, so
 * that a storm of events costs as many looks as there is time for, and each look more projects.
 */
export class Looks {
  #pending = new Map<string, EngineEvent>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  /** How often the same event of a project was looked at in vain. */
  readonly #tries = new Map<string, { readonly event: EngineEvent; readonly count: number }>();

  /**
   * @param look looks at these projects, each with its last event
   * @param pauseMs how long after a first event its look begins
   * @param signal what ends all this
   */
  constructor(
    private readonly look: (events: Events) => Promise<void>,
    private readonly pauseMs: number,
    private readonly signal: AbortSignal,
    private readonly failed: (error: unknown) => void,
  ) {
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  add(id: string, event: EngineEvent): void {
    this.#pending.set(id, event);
    this.#soon();
  }

  /** Looks again after the next of these pauses, unless another event comes first: its look sees what is true by then. */
  again(id: string, event: EngineEvent, pausesMs: readonly number[]): void {
    const before = this.#tries.get(id);
    const count = before?.event === event ? before.count : 0;
    const pause = pausesMs[count];
    if (pause === undefined || this.#pending.has(id)) {
      this.settled(id);
      return;
    }
    this.#tries.set(id, { event, count: count + 1 });
    const timer = setTimeout(() => {
      if (this.signal.aborted || this.#tries.get(id)?.event !== event || this.#pending.has(id)) return;
      this.add(id, event);
    }, pause);
    timer.unref();
  }

  /** Nothing is left to be looked at again. */
  settled(id: string): void {
    this.#tries.delete(id);
  }

  #soon(): void {
    if (this.#looking || this.#timer !== undefined || this.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#now();
    }, this.pauseMs);
  }

  async #now(): Promise<void> {
    const events = this.#pending;
    this.#pending = new Map();
    this.#looking = true;
    try {
      await this.look(events);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#looking = false;
      if (this.#pending.size > 0) this.#soon();
    }
  }
}
