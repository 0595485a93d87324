import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { timeLimit } from '../../src/core/abort';
import { collectGarbage } from '../harness/garbage';

describe('a time limit', () => {
  it('comes though nobody holds it but what it is a part of, and garbage is collected meanwhile', async () => {
    const either = AbortSignal.any([new AbortController().signal, timeLimit(20)]);
    const over = once(either, 'abort');
    while (!either.aborted) {
      await nextTurn();
      collectGarbage();
    }
    await over;
    assert.equal((either.reason as DOMException).name, 'TimeoutError');
  });
});
