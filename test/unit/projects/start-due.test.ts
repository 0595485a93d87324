import assert from 'node:assert/strict';
import { labels } from '../../../src/core/model';
import { hadItsStart, isPrepared, wasBegun } from '../../../src/core/projects/start-due';
import type { OneStart } from '../../../src/core/projects/start-due';
import { freshSteps } from '../../../src/core/projects/step-records';

describe('What a start has had', () => {
  const container = (spec: unknown, startedAt = 'monday'): OneStart => ({
    id: 'c1',
    startedAt,
    labels: { [labels.spec]: JSON.stringify(spec) },
  });
  const withSecrets = { secrets: { TOKEN: { from: { kind: 'env', value: 'TOKEN' } } } };
  const prepared = (done: boolean, started = 'monday') => ({ prepared: { container: 'c1', started, done } });
  const steps = (state: 'done' | 'failed', started = 'monday') => ({
    steps: {
      post_start: { container: 'c1', started, steps: freshSteps('post_start', ['make']).map((s) => ({ ...s, state })) },
    },
  });

  it('nothing is due where the template asks for nothing, and no record is needed to know it', () => {
    for (const plain of [container({}), container({ secrets: {}, post_start: [] }), { ...container({}), labels: {} }]) {
      assert.deepEqual([isPrepared({}, plain), hadItsStart({}, plain), wasBegun({}, plain)], [true, true, true]);
    }
  });

  it('secrets are due once a start, and again after the engine started it by itself', () => {
    const [monday, tuesday] = [container(withSecrets), container(withSecrets, 'tuesday')];
    assert.equal(hadItsStart({}, monday), false);
    assert.equal(hadItsStart(prepared(true), monday), true);
    assert.equal(hadItsStart(prepared(true), tuesday), false);
    assert.equal(wasBegun(prepared(true), tuesday), false);
  });

  it('what was begun and failed is due for who asks for it, not for every command', () => {
    const both = container({ ...withSecrets, post_start: ['make'] });
    const failed = { ...prepared(false), ...steps('failed') };
    assert.deepEqual(
      [isPrepared(failed, both), hadItsStart(failed, both), wasBegun(failed, both)],
      [false, false, true],
    );
    const whole = { ...prepared(true), ...steps('done') };
    assert.deepEqual([hadItsStart(whole, both), wasBegun(whole, both)], [true, true]);
    assert.equal(hadItsStart({ ...prepared(true), ...steps('done', 'sunday') }, both), false);
  });
});
