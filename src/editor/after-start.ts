import { messageOf } from '../core/errors';
import type { Disposable } from '../core/lifetime';
import type { Logger } from '../core/log';

/**
 * What nobody can miss in a window's first moment: done right after the start, each in a turn of its own, so that other
 * extensions' starts and the editor's questions come in between.
 */
export class AfterStart implements Disposable {
  readonly #waiting: (() => void)[] = [];
  #turn: NodeJS.Immediate | undefined;

  constructor(private readonly log: Logger) {}

  /** In the order in which it is handed over. What fails is told in the log, and keeps nothing else from being done. */
  do(work: () => void): void {
    this.#waiting.push(work);
    this.#goOn();
  }

  #goOn(): void {
    if (this.#waiting.length > 0) this.#turn ??= setImmediate(() => this.#next());
  }

  #next(): void {
    this.#turn = undefined;
    try {
      this.#waiting.shift()?.();
    } catch (error) {
      this.log.log('error', `A part of Berth cannot start: ${messageOf(error)}`, error);
    }
    this.#goOn();
  }

  dispose(): void {
    clearImmediate(this.#turn);
    this.#waiting.length = 0;
  }
}
