import assert from 'node:assert/strict';
import { inBatches, inTurns } from '../../src/core/turns';

describe('work in turns', () => {
  it('lets others go on between stretches of it, and keeps the order', async () => {
    const done: number[] = [];
    let doneByThen = -1;
    setImmediate(() => (doneByThen = done.length));
    const items = [1, 2, 3, 4, 5, 6];
    await inTurns(items, (item) => {
      const until = performance.now() + 5;
      while (performance.now() < until);
      done.push(item);
    });
    assert.deepEqual(done, items);
    assert.ok(doneByThen > 0 && doneByThen < items.length, `${doneByThen} were done when others had their turn`);
  });

  it('has few under way at once, and tells what came of each in their order', async () => {
    const items = Array.from({ length: 130 }, (_, at) => at);
    let [underWay, most] = [0, 0];
    const doubled = await inBatches(items, async (item) => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return item * 2;
    });
    assert.deepEqual(
      doubled,
      items.map((item) => item * 2),
    );
    assert.ok(most > 1 && most < 50, `${most} were under way at once`);
  });
});
