import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { timeLimit } from '../../src/core/abort';

describe('a time limit', () => {
  it('comes though nobody holds it but what it is a part of, and garbage is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const either = AbortSignal.any([new AbortController().signal, timeLimit(20)]);
    const over = once(either, 'abort');
    while (!either.aborted) {
      await nextTurn();
      collect();
    }
    await over;
    assert.equal((either.reason as DOMException).name, 'TimeoutError');
  });
});
