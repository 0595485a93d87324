import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { AfterStart } from '../../../src/editor/after-start';

describe('what is done after the start', () => {
  const logged: string[] = [];
  let later: AfterStart;

  beforeEach(() => {
    logged.length = 0;
    later = new AfterStart({ log: (level, message) => void logged.push(`${level}: ${message}`) });
  });

  afterEach(() => later.dispose());

  it('comes in turns of its own, in its order, with others’ in between', async () => {
    const seen: string[] = [];
    later.do(() => {
      seen.push('first');
      setImmediate(() => seen.push('somebody else'));
    });
    const done = new Promise<void>((resolve) => {
      later.do(() => {
        seen.push('second');
        resolve();
      });
    });
    assert.deepEqual(seen, [], 'the start does not wait for it');
    await done;
    assert.deepEqual(seen, ['first', 'somebody else', 'second']);
  });

  it('is done although something before it fails, which the log is told', async () => {
    const done = new Promise<void>((resolve) => {
      later.do(() => {
        throw new Error('no such view');
      });
      later.do(resolve);
    });
    await done;
    assert.deepEqual(logged, ['error: A part of Berth cannot start: no such view']);
  });

  it('takes what comes once all is done', async () => {
    await new Promise<void>((resolve) => later.do(resolve));
    await turn();
    await new Promise<void>((resolve) => later.do(resolve));
  });

  it('is not begun any more once the window goes, not even from what was being done', async () => {
    let begun = 0;
    later.do(() => later.dispose());
    later.do(() => (begun += 1));
    for (let turns = 0; turns < 3; turns += 1) await turn();
    assert.equal(begun, 0);
  });
});
