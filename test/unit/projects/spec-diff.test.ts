import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeInWords, orderedJson, specChanges } from '../../../src/core/projects/spec-diff';
import { staleReasons } from '../../../src/core/projects/stale';
import { labels } from '../../../src/core/model';
import { summary } from './summaries';

const specDifferences = (before: unknown, after: unknown) => specChanges(before, after).map(changeInWords);

describe('differences between two specs', () => {
  it('names each by its path and counts what came to and went from a list', () => {
    const before = { packages: { apt: ['a', 'b'] }, environment: { X: '1' }, run: ['one', 'two'], persist: 'home' };
    const after = {
      packages: { apt: ['a', 'c', 'd'] },
      environment: { X: '2', Y: '1' },
      run: ['two', 'one'],
      persist: 'none',
    };
    assert.deepEqual(specDifferences(before, after), [
      'environment.X',
      'environment.Y',
      'packages.apt +2 -1',
      'persist',
      'run order',
    ]);
  });

  it('finds none between equal data, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const turned = Object.fromEntries(Object.entries(data).reverse());
        assert.equal(orderedJson(data), orderedJson(turned));
        assert.deepEqual(specDifferences(data, turned), []);
      }),
    );
  });
});

describe('staleness against the template', () => {
  const desired = (spec: string, fingerprint: string) => ({ spec, image: { fingerprint } });
  const container = summary('current', {}, { [labels.spec]: '{"run":["a"]}', [labels.fingerprint]: 'f1' });

  it('has no reason while both are the same', () => {
    assert.deepEqual(staleReasons(container, desired('{"run":["a"]}', 'f1'), null), []);
  });
  it('names what the template changed', () => {
    assert.deepEqual(staleReasons(container, desired('{"run":["a","b"]}', 'f2'), '2026-01-01T00:00:00.000Z'), [
      { code: 'template_changed', message: 'template changed: run +1', since: '2026-01-01T00:00:00.000Z' },
    ]);
  });
  it('says when only Berth itself builds otherwise', () => {
    assert.equal(staleReasons(container, desired('{"run":["a"]}', 'f2'), null)[0]?.code, 'berth_changed');
  });
  it('is not stale by what needs no other container', () => {
    const spec = (post: string, cpus: number) => `{"post_create":["${post}"],"resources":{"cpus":${cpus}}}`;
    const made = summary('current', {}, { [labels.spec]: spec('a', 4), [labels.fingerprint]: 'f1' });
    assert.deepEqual(staleReasons(made, desired(spec('b', 2), 'f1'), null), []);
    const [reason] = staleReasons(made, desired(`{"environment":{"A":"1"},${spec('b', 2).slice(1)}`, 'f1'), null);
    assert.equal(reason?.message, 'template changed: environment');
  });
  it('takes a label that cannot be read for a changed template', () => {
    const torn = summary('current', {}, { [labels.spec]: '{' });
    assert.equal(staleReasons(torn, desired('{"run":["a"]}', 'f1'), null)[0]?.code, 'template_changed');
  });
});
