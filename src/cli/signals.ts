import { constants } from 'node:os';
import type { Disposable } from '../core/lifetime';

const watched = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A request to end that reaches this process from outside. */
export type EndSignal = (typeof watched)[number];

/** Turns Ctrl-C and its like into an abort, unless a verb takes them over to pass them on. */
export class Signals implements Disposable {
  readonly #controller = new AbortController();
  #taker: ((name: EndSignal) => void) | undefined;
  #received: EndSignal | undefined;
  readonly #listeners = watched.map((name) => ({ name, listener: () => this.receive(name) }));

  constructor(private readonly endAtOnce: (code: number) => void) {
    for (const { name, listener } of this.#listeners) process.on(name, listener);
  }

  /** Aborts at the first signal that no verb has taken. */
  get abort(): AbortSignal {
    return this.#controller.signal;
  }

  /** 128 + the signal's number, once one has ended the work. */
  get exitCode(): number | undefined {
    return this.#received === undefined ? undefined : 128 + constants.signals[this.#received];
  }

  /** From now on signals go to `handler`, until what is returned is disposed. */
  take(handler: (name: EndSignal) => void): Disposable {
    this.#taker = handler;
    return { dispose: () => (this.#taker = undefined) };
  }

  /** Ends the work without a signal: the reader of our output has gone. */
  cancel(): void {
    this.#controller.abort();
  }

  dispose(): void {
    for (const { name, listener } of this.#listeners) process.off(name, listener);
  }

  private receive(name: EndSignal): void {
    if (this.#taker !== undefined) {
      this.#taker(name);
      return;
    }
    const again = this.#received !== undefined;
    this.#received = name;
    // Cleaning up may take a moment; who asks twice does not want to wait for it.
    if (again) this.endAtOnce(128 + constants.signals[name]);
    else this.#controller.abort();
  }
}
