import { killRunning } from './exec';

/** What a run of the harness has started, undone in reverse when it ends, however it ends. */
export class Session {
  readonly #undo: (() => Promise<void>)[] = [];
  readonly #stop = new AbortController();
  readonly #started = Date.now();
  #ending: Promise<void> | undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.#stop.abort(new Error(`stopped by ${signal}`));
        killRunning();
      });
    }
  }

  /** Aborted when a person or the system stops the run. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Says one line about a step, with the seconds since the start. */
  readonly say = (line: string): void => {
    console.log(`▶ ${line} (${((Date.now() - this.#started) / 1000).toFixed(0)} s)`);
  };

  /** Keeps something that has to be undone at the end. What arrives after the end is undone at once. */
  async keep<T extends { dispose(): Promise<void> }>(thing: T): Promise<T> {
    if (this.#ending === undefined) this.#undo.push(() => thing.dispose());
    else await thing.dispose();
    return thing;
  }

  /** Undoes everything, newest first; a failure of one does not keep the others. */
  end(): Promise<void> {
    this.#ending ??= (async () => {
      for (const undo of this.#undo.reverse()) await undo().catch((error: unknown) => console.error(error));
    })();
    return this.#ending;
  }
}
