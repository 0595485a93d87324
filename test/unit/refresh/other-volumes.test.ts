import assert from 'node:assert/strict';
import type { EngineMount } from '../../../src/core/engine/types';
import { otherVolumes } from '../../../src/core/refresh/other-volumes';

const volume = (name: string, target: string): EngineMount => ({
  ...{ kind: 'volume', volume: name, target, readOnly: false },
});
const workspace: EngineMount = { kind: 'bind', source: '/src', target: '/workspace', readOnly: false };

describe('volumes that a rollback returns to', () => {
  it('are those at a place where the container before had another one', () => {
    const now = [volume('data', '/data'), volume('home', '/home/dev'), workspace];
    const before = [volume('data', '/data'), volume('home-2', '/home/dev'), workspace];
    assert.deepEqual(otherVolumes(before, now), ['/home/dev']);
    assert.deepEqual(otherVolumes(now, now), []);
  });

  it('are none that nobody named, and none that only one of the two has', () => {
    const own = (digit: string) => volume(digit.repeat(64), '/etc/profile.d');
    assert.deepEqual(otherVolumes([own('a')], [own('b'), volume('data', '/data')]), []);
  });
});
