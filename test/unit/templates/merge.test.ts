import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseTemplateText } from '../../../src/core/templates/document';
import { mergeTrees } from '../../../src/core/templates/merge';
import { paths, toValue, treeAt, type Tree } from '../../../src/core/templates/tree';
import { template, TemplateFolder } from './folder';

/** A document as a tree that remembers which file it came from. */
function treeOf(value: unknown, file = 'f'): Tree {
  const { tree, problems } = parseTemplateText(typeof value === 'string' ? value : JSON.stringify(value), file);
  assert.deepEqual(problems, []);
  assert.ok(tree !== null);
  return tree;
}

const merge = (...layers: readonly Tree[]): Tree => layers.reduce((lower, upper) => mergeTrees(lower, upper));
const merged = (...values: readonly unknown[]): unknown => toValue(merge(...values.map((value) => treeOf(value))));

describe('templates: laying one over another', () => {
  const table: readonly (readonly [name: string, layers: readonly string[], result: unknown])[] = [
    ['maps merge by key', ['a: {x: 1, y: 2}', 'a: {y: 3, z: 4}'], { a: { x: 1, y: 3, z: 4 } }],
    ['maps in maps too', ['a: {b: {c: 1, d: 2}}', 'a: {b: {d: 3}}'], { a: { b: { c: 1, d: 3 } } }],
    ['lists append in order', ['a: [1, 2]', 'a: [3, 0]'], { a: [1, 2, 3, 0] }],
    ['lists take nothing twice', ['a: [x, y]', 'a: [y, z, x]'], { a: ['x', 'y', 'z'] }],
    ['a list that repeats itself is left so', ['a: [x, x]', 'a: []'], { a: ['x', 'x'] }],
    [
      'items are one when they say the same',
      ['a: [{p: 1, q: 2}]', 'a: [{q: 2, p: 1}, {p: 1}]'],
      { a: [{ p: 1, q: 2 }, { p: 1 }] },
    ],
    ['a number and its text are two', ['a: [1]', 'a: ["1"]'], { a: [1, '1'] }],
    ['items do not merge', ['a: [{p: 1}]', 'a: [{p: 2}]'], { a: [{ p: 1 }, { p: 2 }] }],
    ['scalars override', ['a: 1', 'a: two'], { a: 'two' }],
    ['an empty text overrides too', ['a: 1', 'a: ""'], { a: '' }],
    ['false overrides too', ['a: true', 'a: false'], { a: false }],
    ['an empty list removes nothing', ['a: [1]', 'a: []'], { a: [1] }],
    ['an empty map removes nothing', ['a: {b: 1}', 'a: {}'], { a: { b: 1 } }],
    ['null removes a scalar', ['{a: 1, b: 2}', 'a: null'], { b: 2 }],
    ['null removes a list', ['{a: [1], b: 2}', 'a: ~'], { b: 2 }],
    ['null removes a map', ['{a: {x: 1}, b: 2}', 'a:'], { b: 2 }],
    ['null removes below', ['a: {x: 1, y: 2}', 'a: {x: null}'], { a: { y: 2 } }],
    ['null of what is not there does nothing', ['a: 1', 'b: null'], { a: 1 }],
    ['null in the lowest is nothing', ['a: null', 'b: 1'], { b: 1 }],
    ['what comes after null starts anew', ['a: [1]', 'a: null', 'a: [2]'], { a: [2] }],
    ['where kinds differ the upper one stands', ['a: [1]', 'a: {b: 1}', 'a: x'], { a: 'x' }],
    ['where kinds differ the upper one stands, the other way', ['a: x', 'a: [1]'], { a: [1] }],
  ];
  for (const [name, layers, result] of table) {
    it(name, () => assert.deepEqual(merged(...layers), result));
  }

  const leaf = fc.oneof(fc.string({ maxLength: 3 }), fc.integer(), fc.boolean());
  const list = fc.uniqueArray(fc.string({ maxLength: 2 }), { maxLength: 4 });
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const { any } = fc.letrec<{ any: unknown; map: Record<string, unknown> }>((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, leaf, list, tie('map')),
    map: fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  }));
  const map = fc.dictionary(key, any, { maxKeys: 4, noNullPrototype: true });
  /** One kind a key: where the kinds differ, it matters which two are laid together first. */
  const kept = fc.record(
    {
      ...{ scalar: leaf, list },
      map: fc.record({ scalar: leaf, list, map: fc.record({ list }, { requiredKeys: [] }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  it('of a document over itself changes nothing', () => {
    fc.assert(fc.property(map, (value) => assert.deepEqual(merged(value, value), value)));
  });

  it('a second time changes nothing more', () => {
    fc.assert(
      fc.property(map, map, (lower, upper) => assert.deepEqual(merged(lower, upper, upper), merged(lower, upper))),
    );
  });

  it('has the empty document for its neutral one, on both sides', () => {
    fc.assert(fc.property(map, (value) => assert.deepEqual([merged(value, {}), merged({}, value)], [value, value])));
  });

  it('does not depend on which of three are laid together first, where nothing is removed', () => {
    fc.assert(
      fc.property(kept, kept, kept, (one, two, three) => {
        const [a, b, c] = [treeOf(one), treeOf(two), treeOf(three)];
        assert.deepEqual(toValue(merge(merge(a, b), c)), toValue(merge(a, merge(b, c))));
      }),
    );
  });

  it('keeps every item of every list once, those of the lower one first and in their order', () => {
    fc.assert(
      fc.property(list, list, (lower, upper) => {
        assert.deepEqual(merged({ a: lower }, { a: upper }), { a: [...new Set([...lower, ...upper])] });
      }),
    );
  });

  it('leaves nothing of what null removes, however deep, and all beside it', () => {
    fc.assert(
      fc.property(map, key, key, (value, outer, inner) => {
        const removed = merged(value, { [outer]: null }) as Record<string, unknown>;
        assert.deepEqual(removed, Object.fromEntries(Object.entries(value).filter(([name]) => name !== outer)));
        const below = merged({ ...value, [outer]: { a: 1, b: 2, c: 3, d: 4 } }, { [outer]: { [inner]: null } });
        assert.equal(Object.keys((below as Record<string, object>)[outer] ?? {}).length, 3);
      }),
    );
  });

  it('keeps of each part the place where it was written', () => {
    fc.assert(
      fc.property(map, map, (lower, upper) => {
        const [under, over] = [treeOf(lower, 'lower'), treeOf(upper, 'upper')];
        for (const [path, at] of paths(merge(under, over))) {
          // Items move to other places of a list; by their own they tell where they came from.
          if (path.some((part) => typeof part === 'number')) continue;
          const from = treeAt(over, path) === undefined ? under : over;
          const written = new Map([...paths(from)].map(([where, place]) => [JSON.stringify(where), place]));
          assert.deepEqual(at, written.get(JSON.stringify(path)));
        }
      }),
    );
  });

  it('goes through a chain of built-in, user’s and workspace templates of one name, and tells each field’s file', async () => {
    const layer = (name: string, value: string, more: string) =>
      template(`environment: {${value}: ${value}}\npackages: {apt: [${value}1, common]}\n${more}`, name);
    await using folder = await TemplateFolder.create({
      'built-in/python.yaml': layer('name: python', 'builtin', 'base_image: a'),
      'user/python.yaml': layer('name: python\nextends: python', 'user', 'resources: {cpus: 2}'),
      'work/python.berth.yaml': layer('name: python\nextends: python', 'beside', 'base_image: null'),
      'work/berth.yaml': layer('name: own\nextends: python', 'own', 'base_image: b'),
      'work/berth.local.yaml': 'spec: {environment: {user: null, local: x}}',
    });
    const { resolved } = await folder.templates.forFolder(folder.path('work'));
    assert.deepEqual(
      resolved.files.map((file) => file.slice(folder.dir.length + 1)),
      [
        'work/berth.yaml',
        'work/python.berth.yaml',
        'user/python.yaml',
        'built-in/python.yaml',
        'work/berth.local.yaml',
      ],
    );
    assert.equal(resolved.spec.base_image, 'b');
    assert.deepEqual(resolved.spec.environment, { builtin: 'builtin', beside: 'beside', own: 'own', local: 'x' });
    assert.deepEqual(resolved.spec.packages.apt, ['builtin1', 'common', 'user1', 'beside1', 'own1']);
    const origin = (path: string) => resolved.origins.get(path)?.file.slice(folder.dir.length + 1);
    assert.deepEqual(
      ['spec.base_image', 'spec.environment.builtin', 'spec.packages.apt[2]', 'spec.environment.local'].map(origin),
      ['work/berth.yaml', 'built-in/python.yaml', 'user/python.yaml', 'work/berth.local.yaml'],
    );
  });
});
