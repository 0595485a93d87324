import type { EngineEvent } from '../engine/types';

type Events = ReadonlyMap<string, EngineEvent>;

/** What is done about events: by project, each with its last one. */
export interface LooksOf {
  /** Takes over what the events say by themselves. @returns those of which there is more to know, so that a look has to follow */
  readonly tell: (events: Events) => Events;
  /** Looks at these projects. */
  readonly look: (events: Events) => Promise<void>;
}

/** In milliseconds. */
export interface LooksPaces {
  /** What is told within this of the last telling waits for its end; the first of a storm does not. */
  readonly gather: number;
  /** After this long, what was told is looked at all the same, since a look sees more than an event says. */
  readonly confirm: number;
}

/**
 * Gathers what events say of projects: one telling for all of a moment, and looks at the engine of which no two are under
 * way at a time, so that a storm of events costs as many looks as there is time for, and each look more projects.
 */
export class Looks {
  #heard = new Map<string, EngineEvent>();
  #due = new Map<string, EngineEvent>();
  #told = new Map<string, EngineEvent>();
  #telling: NodeJS.Timeout | undefined;
  #confirming: NodeJS.Timeout | undefined;
  #lastTold = Number.NEGATIVE_INFINITY;
  #looking = false;
  /** How often the same event of a project was looked at in vain. */
  readonly #tries = new Map<string, { readonly event: EngineEvent; readonly count: number }>();

  /** @param signal what ends all this */
  constructor(
    private readonly of: LooksOf,
    private readonly paces: LooksPaces,
    private readonly signal: AbortSignal,
    private readonly failed: (error: unknown) => void,
  ) {
    const stop = (): void => {
      clearTimeout(this.#telling);
      clearTimeout(this.#confirming);
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  add(id: string, event: EngineEvent): void {
    this.#heard.set(id, event);
    if (this.#telling !== undefined || this.signal.aborted) return;
    const pause = Math.max(0, this.#lastTold + this.paces.gather - performance.now());
    this.#telling = setTimeout(() => this.#tell(), pause);
  }

  /** Looks again after the next of these pauses, unless another event comes first: its look sees what is true by then. */
  again(id: string, event: EngineEvent, pausesMs: readonly number[]): void {
    const before = this.#tries.get(id);
    const count = before?.event === event ? before.count : 0;
    const pause = pausesMs[count];
    if (pause === undefined || this.#isNews(id)) {
      this.settled(id);
      return;
    }
    this.#tries.set(id, { event, count: count + 1 });
    const timer = setTimeout(() => {
      if (this.signal.aborted || this.#tries.get(id)?.event !== event || this.#isNews(id)) return;
      this.#due.set(id, event);
      void this.#look();
    }, pause);
    timer.unref();
  }

  /** Nothing is left to be looked at again. */
  settled(id: string): void {
    this.#tries.delete(id);
  }

  #isNews(id: string): boolean {
    return this.#heard.has(id) || this.#due.has(id) || this.#told.has(id);
  }

  #tell(): void {
    const heard = this.#heard;
    this.#heard = new Map();
    this.#telling = undefined;
    this.#lastTold = performance.now();
    const open = this.of.tell(heard);
    for (const [id, event] of heard) {
      if (open.has(id)) this.#due.set(id, event);
      else this.#told.set(id, event);
    }
    if (this.#told.size > 0) this.#confirming ??= setTimeout(() => this.#confirm(), this.paces.confirm);
    if (this.#due.size > 0) void this.#look();
  }

  #confirm(): void {
    this.#confirming = undefined;
    for (const [id, event] of this.#told) this.#due.set(id, event);
    this.#told = new Map();
    void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#due.size === 0 || this.signal.aborted) return;
    this.#looking = true;
    const due = this.#due;
    this.#due = new Map();
    for (const id of due.keys()) this.#told.delete(id);
    try {
      await this.of.look(due);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#looking = false;
    }
    if (this.#due.size > 0) await this.#look();
  }
}
