/** Milliseconds over which traffic is summed up. */
const slotMs = 10_000;
/**
 * Bytes from a person's ssh in one slot that are worth the name. An open editor window that nobody touches sends its
 * keep-alives and acknowledgements, each a few dozen bytes in an encrypted packet; a keystroke in a file is answered by
 * several messages of hundreds of bytes. Reckoned from the editor's protocol, not measured with each editor.
 */
export const worthTheName = 4_096;

/** Tells a person's traffic from what an open window sends by itself. Costs a sum for each chunk. */
export class TrafficMeter {
  #slot = -1;
  #bytes = 0;

  constructor(private readonly threshold = worthTheName) {}

  /** @param now milliseconds of any clock that does not go back @returns whether somebody uses the connection */
  take(bytes: number, now: number): boolean {
    const slot = Math.floor(now / slotMs);
    if (slot !== this.#slot) this.#bytes = 0;
    this.#slot = slot;
    this.#bytes += bytes;
    return this.#bytes > this.threshold;
  }
}
