import assert from 'node:assert/strict';
import { labels } from '../../../src/core/model';
import { hadItsStart, isPrepared, wasBegun } from '../../../src/core/projects/start-due';
import type { OneStart, StartRecords } from '../../../src/core/projects/start-due';
import { freshSteps } from '../../../src/core/projects/step-records';

describe('What a start has had', () => {
  const container = (spec: unknown, startedAt = 'monday'): OneStart => ({
    id: 'c1',
    startedAt,
    labels: { [labels.spec]: JSON.stringify(spec) },
  });
  const none: StartRecords = { state: {}, secrets: null };
  const of = (state: StartRecords['state']): StartRecords => ({ state, secrets: null });
  const withSecrets = { secrets: { TOKEN: { from: { kind: 'env', value: 'TOKEN' } } } };
  const prepared = (done: boolean, started = 'monday') => ({ prepared: { container: 'c1', started, done } });
  const steps = (state: 'done' | 'failed', started = 'monday') => ({
    steps: {
      post_start: { container: 'c1', started, steps: freshSteps('post_start', ['make']).map((s) => ({ ...s, state })) },
    },
  });

  it('nothing is due where the template asks for nothing, and no record is needed to know it', () => {
    for (const plain of [container({}), container({ secrets: {}, post_start: [] }), { ...container({}), labels: {} }]) {
      assert.deepEqual([isPrepared(none, plain), hadItsStart(none, plain), wasBegun(none, plain)], [true, true, true]);
    }
  });

  it('secrets are due once a start, and again after the engine started it by itself', () => {
    const [monday, tuesday] = [container(withSecrets), container(withSecrets, 'tuesday')];
    assert.equal(hadItsStart(none, monday), false);
    assert.equal(hadItsStart(of(prepared(true)), monday), true);
    assert.equal(hadItsStart(of(prepared(true)), tuesday), false);
    assert.equal(wasBegun(of(prepared(true)), tuesday), false);
  });

  it('secrets that a person asked for after the making count too', () => {
    const agreed = { container: 'c1', started: null, rows: [], agreed: withSecrets.secrets };
    assert.equal(isPrepared({ state: {}, secrets: agreed }, container({})), false);
    assert.equal(isPrepared({ state: prepared(true), secrets: agreed }, container({})), true);
    assert.equal(isPrepared({ state: {}, secrets: { ...agreed, container: 'another' } }, container({})), true);
  });

  it('what was begun and failed is due for who asks for it, not for every command', () => {
    const both = container({ ...withSecrets, post_start: ['make'] });
    const failed = of({ ...prepared(false), ...steps('failed') });
    assert.deepEqual(
      [isPrepared(failed, both), hadItsStart(failed, both), wasBegun(failed, both)],
      [false, false, true],
    );
    const whole = of({ ...prepared(true), ...steps('done') });
    assert.deepEqual([hadItsStart(whole, both), wasBegun(whole, both)], [true, true]);
    assert.equal(hadItsStart(of({ ...prepared(true), ...steps('done', 'sunday') }), both), false);
  });
});
