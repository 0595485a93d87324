import assert from 'node:assert/strict';
import { NodeMemory } from '../../../src/editor/views/node-memory';
import { TreeRows } from '../../../src/editor/views/tree-rows';

interface Node {
  readonly id: string;
  readonly look: { readonly text: string };
  readonly children: readonly Node[];
  readonly more?: string;
}

const node = (id: string, text: string, ...children: readonly Node[]): Node => ({ id, look: { text }, children });
const names = (change: ReturnType<TreeRows<Node>['take']>) =>
  change === null || change === 'all' ? change : change.rows.map(({ id }) => id).join(' ');

describe('the rows of a tree', () => {
  it('are the same objects while they are there, and say which of them look different', () => {
    const rows = new TreeRows<Node>();
    const b = node('b', 'two', node('b/x', 'x'), node('b/y', 'y'));
    assert.equal(names(rows.take([node('a', 'one'), b])), 'all');
    const [first, second] = rows.roots;
    assert.equal(names(rows.take([node('a', 'one'), b])), null);
    assert.equal(names(rows.take([node('a', 'news'), b])), 'a');
    assert.equal(rows.roots[0], first);
    assert.equal(first?.look.text, 'news');
    assert.equal(names(rows.take([node('a', 'news'), node('b', 'two', node('b/x', 'x'), node('b/y', 'y!'))])), 'b/y');
    assert.equal(rows.roots[1], second);
    assert.equal(names(rows.take([node('a', 'news'), node('b', 'two', node('b/x', 'x'))])), 'b');
    assert.equal(second?.children.length, 1);
    assert.equal(names(rows.take([node('b', 'two', node('b/x', 'x'))])), 'all');
    assert.deepEqual(rows.roots, [second]);
  });

  it('take some in where all others are as before', () => {
    const rows = new TreeRows<Node>();
    rows.take([node('a', 'one'), node('b', 'two', node('b/x', 'x'))]);
    const before = rows.roots;
    const [, b] = before;
    assert.equal(names(rows.takeSome([node('b', 'news', node('b/x', 'x'))])), 'b');
    assert.equal(names(rows.takeSome([node('b', 'news', node('b/x', 'x'), node('b/y', 'y'))])), 'b');
    assert.equal(names(rows.takeSome([node('b', 'news', node('b/x', 'x'), node('b/y', 'y'))])), null);
    assert.equal(rows.roots, before);
    assert.equal(rows.shown('b'), b);
    assert.deepEqual([b?.look.text, b?.children.length], ['news', 2]);
  });

  it('stand for what is true now, also where nothing looks different', () => {
    const rows = new TreeRows<Node>();
    rows.take([{ ...node('a', 'one'), more: 'then' }]);
    assert.equal(rows.take([{ ...node('a', 'one'), more: 'now' }]), null);
    assert.equal(rows.roots[0]?.more, 'now');
    rows.take([node('a', 'one')]);
    assert.deepEqual(rows.roots.map(Object.keys), [['id', 'look', 'children']]);
  });

  it('know the row above them', () => {
    const rows = new TreeRows<Node>();
    rows.take([node('a', 'one', node('a/x', 'x', node('a/x/y', 'y')))]);
    const [a] = rows.roots;
    const x = a?.children[0];
    assert.equal(x === undefined ? undefined : rows.above(x), a);
    assert.equal(x?.children[0] === undefined ? undefined : rows.above(x.children[0]), x);
  });

  it('are made anew only where something that they are made of has changed', () => {
    const memory = new NodeMemory<Node>();
    const made = memory.node('a', [1, []], () => node('a', 'one'));
    assert.equal(
      memory.node('a', [1, []], () => assert.fail('made again')),
      made,
    );
    assert.notEqual(
      memory.node('a', [1, ['x']], () => node('a', 'one')),
      made,
    );
  });

  it('are as before by their first two parts alone, as long as the rest is the same', () => {
    const memory = new NodeMemory<Node>();
    memory.begin(['rest']);
    assert.equal(memory.asBefore('a', 1, true), undefined);
    const made = memory.node('a', [1, true, 'more'], () => node('a', 'one'));
    memory.begin(['rest']);
    assert.equal(memory.asBefore('a', 1, true), made);
    assert.equal(memory.asBefore('a', 2, true), undefined);
    assert.equal(memory.asBefore('a', 1, false), undefined);
    memory.begin(['another']);
    assert.equal(memory.asBefore('a', 1, true), undefined);
  });
});
