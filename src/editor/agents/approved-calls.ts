/** How many questions may be open at once; of more, the oldest are asked anew. */
const most = 100;

/**
 * Calls whose question was handed to the editor, by the question's key, which is of the very arguments. The editor makes
 * such a call only after a yes, and each yes is good for one call. A question that was answered with a no stays, and
 * serves the same call alone, which the editor asks about again.
 */
export class ApprovedCalls {
  readonly #open: string[] = [];

  asked(key: string): void {
    this.#open.push(key);
    if (this.#open.length > most) this.#open.shift();
  }

  taken(key: string): boolean {
    const at = this.#open.indexOf(key);
    if (at >= 0) this.#open.splice(at, 1);
    return at >= 0;
  }
}
