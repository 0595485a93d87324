import type { Context } from 'mocha';
import { startCachedEngine } from './cached-engine';
import type { Engine } from './engine';
import { ensureBaseImages } from './images';
import { inventory, leaked, type Inventory } from './leaks';

/** The engine that a whole run shares: given by `BERTH_TEST_ENGINE`, else one that lives as long as this process. */
let own: Engine | undefined;
let before: Inventory | undefined;
let socket = '';

/** The address of the engine that the suites use; known once the root hooks have run. */
export function testEngine(): string {
  return socket;
}

/** Sets the engine up ahead of the first suite, and fails the run when a suite leaves something on it. */
export const mochaHooks = {
  async beforeAll(this: Context) {
    // Making every stand-in from nothing takes minutes, and more where others use the machine.
    this.timeout(1_200_000);
    const given = process.env['BERTH_TEST_ENGINE'];
    if (given === undefined || given === '') own = await startCachedEngine();
    socket = own?.socket ?? given ?? '';
    process.env['BERTH_TEST_ENGINE'] = socket;
    process.env['DOCKER_HOST'] = socket;
    delete process.env['DOCKER_CONTEXT'];
    await ensureBaseImages(socket);
    before = await inventory(socket);
  },
  async afterAll(this: Context) {
    this.timeout(120_000);
    try {
      // An engine that others work on at the same time shows their things too: its owner takes the inventory there.
      if (own !== undefined && before !== undefined) {
        const left = leaked(before, await inventory(socket));
        if (left.length > 0) throw new Error(`the suites left behind: ${left.join(', ')}`);
      }
    } finally {
      await own?.dispose();
    }
  },
};
