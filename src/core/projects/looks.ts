import type { EngineEvent } from '../engine/types';
import type { Disposable } from '../lifetime';

type Events = ReadonlyMap<string, EngineEvent>;

/** What is done about events: by project, each with its last one. */
export interface LooksOf {
  /** Takes over what the events say by themselves. @returns those of which there is more to know, so that a look has to follow */
  readonly tell: (events: Events) => Events;
  /** Looks at these projects. */
  readonly look: (events: Events) => Promise<void>;
}

/** In milliseconds, where nothing else is said. */
export interface LooksPaces {
  /** What is told within this of the last telling waits for its end; the first of a storm does not. */
  readonly gather: number;
  /** What is told a second at the least in a storm: of less, a person may follow each. */
  readonly many: number;
  /** So far apart at the most is a storm told, see {@link apartAfter}. */
  readonly slow: number;
  /** For so long after each telling of a storm all is still heard: there may be more than one turn has read. */
  readonly read: number;
  /** A storm with so many in a telling is heard as it comes: an engine keeps only some for who does not listen. */
  readonly fast: number;
  /**
   * Once nothing was told for so long after the next telling could have come, what was told is looked at all the same, since a
   * look sees more than an event says.
   */
  readonly confirm: number;
  /**
   * A storm that does not end is looked at after this long, and again. What is told by itself is whole, as all else is looked
   * at when it comes: this is a net, and a row costs nearly as much in it as its telling (docs/performance.md).
   */
  readonly confirmWithin: number;
}

/** From 250 ms to a second in five steps: what has just begun is told of five times in its first two seconds. */
const growth = 1.4;

/**
 * How long after this telling the next one is due, in milliseconds: each of a storm is farther from the next than the one
 * before was, since whoever watches follows single changes no more, and each telling is drawn. Pure.
 * @param told of how many projects
 * @param since the telling before, in milliseconds
 * @param apart what was due then
 */
export function apartAfter(
  told: number,
  since: number,
  apart: number,
  { gather, many, slow }: Pick<LooksPaces, 'gather' | 'many' | 'slow'>,
): number {
  return told < (many * since) / 1000 ? gather : Math.min(apart * growth, slow);
}

/**
 * When what was told is looked at: a storm's tellings are farther apart than a calm is long that ends it, and to look between
 * them would be to look at each. In milliseconds, like `now`, the time of the last telling. Pure.
 * @param apart how long after it the next one is due
 * @param by at the latest
 */
export function confirmDue(now: number, apart: number, by: number, { confirm }: Pick<LooksPaces, 'confirm'>): number {
  return Math.min(now + apart + confirm, by);
}

/**
 * Gathers what events say of projects: one telling for all of a moment, and looks at the engine of which no two are under
 * way at a time, so that a storm of events costs as many looks as there is time for, and each look more projects.
 */
export class Looks {
  #heard = new Map<string, EngineEvent>();
  #due = new Map<string, EngineEvent>();
  #told = new Map<string, EngineEvent>();
  #telling: Disposable | undefined;
  #rest: Rest | undefined;
  /** Whether a storm goes on that leaves nothing behind where it is read at each telling alone. */
  #isRestful = false;
  #confirming: NodeJS.Timeout | undefined;
  /** When it is, and when at the latest. */
  #confirmAt = 0;
  #confirmBy = 0;
  #lastTold = Number.NEGATIVE_INFINITY;
  #apart: number;
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
    this.#apart = paces.gather;
    const stop = (): void => {
      this.#telling?.dispose();
      this.#wake();
      clearTimeout(this.#confirming);
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  /**
   * In a storm, what resolves once that is due to be told which was heard: what happens until then is told with it, and is
   * better not heard before, since each word wakes the process. Undefined where the next is to be heard as it comes.
   */
  get rest(): Promise<void> | undefined {
    return this.#rest?.over;
  }

  add(id: string, event: EngineEvent): void {
    this.#heard.set(id, event);
    if (this.signal.aborted) return;
    const since = performance.now() - this.#lastTold;
    const pause = Math.max(0, this.#apart - since);
    this.#telling ??= soon(() => this.#tellAll(), pause);
    if (pause > 0 && this.#isRestful && since >= this.paces.read) this.#rest ??= rest();
  }

  #tellAll(): void {
    if (this.#rest === undefined) {
      this.#tell();
      return;
    }
    // Told with it is what is read now: all of it, also where the timer was a little early.
    this.#isRestful = false;
    this.#wake();
    this.#telling = soon(() => this.#tell(), 0);
  }

  #wake(): void {
    this.#rest?.end();
    this.#rest = undefined;
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
    const now = performance.now();
    this.#apart = apartAfter(heard.size, now - this.#lastTold, this.#apart, this.paces);
    this.#lastTold = now;
    this.#isRestful = this.#apart > this.paces.gather && heard.size < this.paces.fast;
    const open = this.of.tell(heard);
    for (const [id, event] of heard) {
      if (open.has(id)) this.#due.set(id, event);
      else this.#told.set(id, event);
    }
    if (this.#told.size > 0) this.#confirmLater();
    if (this.#due.size > 0) void this.#look();
  }

  #confirmLater(): void {
    const now = this.#lastTold;
    if (this.#confirming === undefined) this.#confirmBy = now + this.paces.confirmWithin;
    this.#confirmAt = confirmDue(now, this.#apart, this.#confirmBy, this.paces);
    if (this.#confirming === undefined) this.#confirmIn(this.#confirmAt - now);
  }

  /** A timer set anew at each telling of a storm costs more than one that finds, when it is due, that it has to go on. */
  #confirmIn(pause: number): void {
    this.#confirming = setTimeout(() => {
      const left = this.#confirmAt - performance.now();
      // A timer may fire a little early.
      if (left > 1) this.#confirmIn(left);
      else this.#confirm();
    }, pause);
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

interface Rest {
  readonly over: Promise<void>;
  readonly end: () => void;
}

function rest(): Rest {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  return { over, end };
}

/** Work after a pause; without one, as soon as all is read that came with what set it off: a timer would wake the process anew. */
function soon(work: () => void, pause: number): Disposable {
  if (pause === 0) {
    const turn = setImmediate(work);
    return { dispose: () => clearImmediate(turn) };
  }
  const timer = setTimeout(work, pause);
  return { dispose: () => clearTimeout(timer) };
}
