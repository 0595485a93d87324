import type { Disposable } from '../lifetime';
import type { Logger } from '../log';
import { messageOf } from '../errors';
import { hostCandidates } from './candidates';
import type { Reach } from './carry';
import { Forward } from './forward';
import type { Remembered } from './memory';
import type { PortRow } from './types';
import { keyOf, type Wish } from './wishes';

interface Held {
  readonly forward: Forward;
  readonly host: number;
  readonly moved: PortRow['moved'];
}

/** Holds the forwards of one project in this process, and makes them what is wished. */
export class Forwarder implements Disposable {
  readonly #held = new Map<string, Held>();

  constructor(
    private readonly reach: Reach,
    private readonly log: Logger,
  ) {}

  /**
   * Lets go of what is not wished any more, and gets numbers for what is new; what stays keeps its number. Not to be
   * called again before it is done. @returns a row a wish, in their order
   */
  async set(wishes: readonly Wish[], remembered: readonly Remembered[]): Promise<readonly PortRow[]> {
    const keys = new Set(wishes.map(keyOf));
    for (const [key, { forward }] of this.#held) {
      if (keys.has(key)) continue;
      forward.dispose();
      this.#held.delete(key);
    }
    const rows: PortRow[] = [];
    for (const wish of wishes) rows.push(await this.#row(wish, wishes, remembered));
    return rows;
  }

  async #row(wish: Wish, wishes: readonly Wish[], remembered: readonly Remembered[]): Promise<PortRow> {
    const held = this.#held.get(keyOf(wish)) ?? (await this.#hold(wish, wishes, remembered));
    if (held === null) return { ...wish, host: null, state: 'failed', moved: 'taken' };
    return { ...wish, host: held.host, state: 'forwarded', moved: held.moved };
  }

  async #hold(wish: Wish, wishes: readonly Wish[], remembered: readonly Remembered[]): Promise<Held | null> {
    const had = remembered.find((one) => keyOf(one) === keyOf(wish));
    const avoid = new Set(wishes.filter((other) => other !== wish).map(({ wanted }) => wanted));
    const forward = new Forward(wish.port, this.reach, this.log);
    try {
      const { host, refused } = await forward.listen(hostCandidates(wish.wanted, had?.host, avoid));
      const moved = host === wish.wanted ? null : (refused.get(wish.wanted) ?? had?.moved ?? 'taken');
      const held = { forward, host, moved };
      this.#held.set(keyOf(wish), held);
      return held;
    } catch (error) {
      forward.dispose();
      this.log.log('warn', `No number could be had for port ${wish.port}: ${messageOf(error)}`, error);
      return null;
    }
  }

  dispose(): void {
    for (const { forward } of this.#held.values()) forward.dispose();
    this.#held.clear();
  }
}
