import assert from 'node:assert/strict';
import {
  freshSteps,
  openSteps,
  stepsOf,
  storedSteps,
  troubleIn,
  withStep,
} from '../../../src/core/projects/step-records';
import { Tail } from '../../../src/core/projects/tail';

const fresh = freshSteps('post_create', ['a', 'b']);
const [first, second] = fresh;
assert.ok(first !== undefined && second !== undefined);
const record = { container: 'c1', started: 't1', steps: fresh };

describe('steps of setting up', () => {
  it('begin as waiting, counted from one', () => {
    assert.deepEqual(
      fresh.map(({ index, of, command, state }) => [index, of, command, state]),
      [
        [1, 2, 'a', 'waiting'],
        [2, 2, 'b', 'waiting'],
      ],
    );
  });

  it('are those of this container, and for post_start of its last start', () => {
    const state = { steps: { post_create: record, post_start: record } };
    assert.equal(storedSteps(state, 'post_create', { id: 'c1', startedAt: 't2' }), fresh);
    assert.equal(storedSteps(state, 'post_create', { id: 'c2', startedAt: 't1' }), null);
    assert.equal(storedSteps(state, 'post_start', { id: 'c1', startedAt: 't1' }), fresh);
    assert.equal(storedSteps(state, 'post_start', { id: 'c1', startedAt: 't2' }), null);
    assert.equal(storedSteps({}, 'post_create', { id: 'c1', startedAt: 't1' }), null);
    assert.deepEqual(stepsOf(state, 'other'), []);
    assert.equal(stepsOf(state, 'c1').length, 4);
  });

  it('make trouble where one failed, and only for its container', () => {
    const failed = withStep(fresh, { ...second, state: 'failed', exitCode: 3 });
    const state = { steps: { post_create: { ...record, steps: failed } } };
    assert.equal(troubleIn(openSteps(state, 'c1')), 'post_create 2 of 2 failed: exit code 3');
    assert.equal(troubleIn(openSteps(state, 'c2')), null);
    assert.equal(troubleIn(openSteps({ steps: { post_create: record } }, 'c1')), null);
    const done = { ...record, steps: fresh.map((step) => ({ ...step, state: 'done' as const })) };
    assert.deepEqual(openSteps({ steps: { post_create: done } }, 'c1'), []);
  });

  it('keep the end of an output, bounded', () => {
    const tail = new Tail();
    for (let line = 1; line <= 100; line += 1) tail.add(`line ${line}`);
    assert.match(tail.text, /^line 61\n[^]*\nline 100$/);
    tail.add('x'.repeat(100_000));
    assert.equal(tail.text.length, 8_000);
  });
});
