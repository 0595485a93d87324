/** Where somebody waits for an answer and not a byte comes for so long (ms), the other side hangs: the next call connects anew. */
export const silentMs = 8_000;

/**
 * Watches a connection's incoming bytes while an answer is waited for: an sshd that hangs says nothing at all, while one
 * that is only busy goes on answering others. `gaveUp` is called once nothing came for `silentMs` of a wait.
 */
export class SilenceWatch {
  #heard = performance.now();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly silentMs: number,
    private readonly gaveUp: () => void,
  ) {}

  /** A byte has come. */
  heard(): void {
    this.#heard = performance.now();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  /** Watches until the answer is there, whatever it is. */
  over<T>(answer: Promise<T>): Promise<T> {
    if (this.#waiting === 0) {
      const began = performance.now();
      this.#timer = setInterval(() => this.#look(began), this.silentMs / 4).unref();
    }
    this.#waiting += 1;
    return answer.finally(() => {
      this.#waiting -= 1;
      if (this.#waiting === 0) clearInterval(this.#timer);
    });
  }

  #look(began: number): void {
    if (performance.now() - Math.max(this.#heard, began) < this.silentMs) return;
    clearInterval(this.#timer);
    this.gaveUp();
  }
}
