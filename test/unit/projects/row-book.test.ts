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
    book.put('a', [part, 1], () => row('a'));
    const first = book.get('a');
    book.put('a', [part, 1], () => assert.fail('made again'));
    book.put('a', [other, 1], () => row('a'));
    assert.equal(book.get('a'), first);
    book.put('a', [third, 1], () => row('a', 'news'));
    assert.notEqual(book.get('a'), first);
  });

  it('stand by name, in the same list while each is the same', () => {
    const book = new RowBook();
    const put = (id: string, name = id, detail = '') => book.put(id, [{}], () => ({ ...row(name, detail), id }));
    const names = () => book.rows.map(({ name, detail }) => name + detail).join(' ');
    for (const name of ['c', 'a', 'b']) put(name);
    assert.equal(names(), 'a b c');
    const { rows } = book;
    put('b');
    assert.equal(book.rows, rows);
    put('b', 'b', '!');
    assert.equal(names(), 'a b! c');
    book.forget('b');
    assert.equal(names(), 'a c');
    put('b', 'z');
    assert.equal(names(), 'a c z');
  });
});
