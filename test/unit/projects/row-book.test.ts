import assert from 'node:assert/strict';
import type { ProjectRow } from '../../../src/core/model';
import { absentRow } from '../../../src/core/projects/rows';
import { RowBook } from '../../../src/core/projects/row-book';

const row = (name: string, detail = ''): ProjectRow => ({
  ...absentRow({ id: `id-${name}`, name, folder: `/src/${name}` }, 'e1'),
  detail,
});

describe('the rows of a snapshot', () => {
  it('are made anew only where a part of them is another, and are others only where they say something else', () => {
    const book = new RowBook();
    const [part, other, third] = [{}, {}, {}];
    const first = book.row('a', [part, 1], () => row('a'));
    assert.equal(
      book.row('a', [part, 1], () => assert.fail('made again')),
      first,
    );
    assert.equal(
      book.row('a', [other, 1], () => row('a')),
      first,
    );
    assert.notEqual(
      book.row('a', [third, 1], () => row('a', 'news')),
      first,
    );
  });

  it('stand by name, in the same list while each is the same', () => {
    const book = new RowBook();
    const [a, b, c] = [row('a'), row('b'), row('c')];
    const names = (rows: readonly ProjectRow[]) => rows.map(({ name, detail }) => name + detail).join(' ');
    const first = book.sorted([c, a, b]);
    assert.equal(names(first), 'a b c');
    assert.equal(book.sorted([b, c, a]), first);
    assert.equal(names(book.sorted([c, row('b', '!'), a])), 'a b! c');
    assert.equal(names(book.sorted([c, a])), 'a c');
    assert.equal(names(book.sorted([c, row('b'), a])), 'a b c');
    assert.equal(names(book.sorted([c, { ...b, name: 'z' }, a])), 'a c z');
  });
});
