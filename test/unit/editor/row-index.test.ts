import assert from 'node:assert/strict';
import { RowIndex } from '../../../src/editor/rows/row-index';
import { rowChanges } from '../../../src/editor/rows/row-changes';
import { row } from './rows';

describe('rows by what is asked of them', () => {
  const runs = ({ state }: ReturnType<typeof row>): boolean => state === 'running';
  const [a, b] = [row({ id: 'a', state: 'running' }), row({ id: 'b', state: 'stopped' })];

  it('are the same list until one of them comes, goes or changes', () => {
    const index = new RowIndex();
    let before: readonly ReturnType<typeof row>[] = [];
    const take = (rows: typeof before) => {
      index.take(rows, rowChanges(before, rows));
      before = rows;
      return index.which(runs);
    };
    const first = take([a, b]);
    assert.deepEqual(first, [a]);
    // Another one changes, and still does not run.
    assert.equal(take([a, { ...b, detail: 'new' }]), first);
    const started = { ...b, state: 'running' } as const;
    assert.deepEqual(take([a, started]), [a, started]);
    assert.deepEqual(take([started]), [started]);
    assert.equal(index.get('a'), undefined);
    assert.equal(index.get('b'), started);
    assert.deepEqual(take([b]), []);
  });
});
