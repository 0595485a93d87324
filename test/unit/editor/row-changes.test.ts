import assert from 'node:assert/strict';
import { rowChanges } from '../../../src/editor/rows/row-changes';
import { row } from './rows';

describe('what is different between two lists of rows', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => row({ id })) as [
    ReturnType<typeof row>,
    ReturnType<typeof row>,
    ReturnType<typeof row>,
  ];
  const other = { ...b };

  it('is nothing for the same rows, and the one that is another', () => {
    assert.deepEqual(rowChanges([a, b], [a, b]), []);
    assert.deepEqual(rowChanges([a, b, c], [a, other, c]), [{ before: b, after: other }]);
  });

  it('is what came and went, wherever in the list', () => {
    assert.deepEqual(rowChanges([b, c], [a, other]), [
      { before: undefined, after: a },
      { before: b, after: other },
      { before: c, after: undefined },
    ]);
    assert.deepEqual(rowChanges([a, b], [b, a]), []);
  });
});
