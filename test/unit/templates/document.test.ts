import assert from 'node:assert/strict';
import { parseTemplateText } from '../../../src/core/templates/document';
import { toValue } from '../../../src/core/templates/tree';
import { places } from './folder';

const read = (text: string) => parseTemplateText(text, 'f.yaml');
const value = (text: string): unknown => {
  const { tree, problems } = read(text);
  assert.deepEqual(problems, []);
  return tree === null ? null : toValue(tree);
};

describe('templates: the YAML of a document', () => {
  const bad: readonly (readonly [name: string, text: string, at: string, says: RegExp])[] = [
    ['a tab as indentation', 'spec:\n\truns: []', '2:1', /tab/],
    ['a duplicate key', 'a: 1\nb: 2\na: 3', '3:1 a', /given twice, first in line 1/],
    ['a tag', 'a: !!binary aGk=', '1:4', /tags/],
    ['a tag of one’s own', 'a: !run x', '1:4', /tags/],
    ['a list', '- a', '1:1', /is a list/],
    ['a single value', 'text', '1:1', /single value/],
    ['nothing', '', '1:1', /empty/],
    ['a comment alone', '# later', '1:1', /empty/],
    ['a NUL byte', 'a: x\0y', '1:5', /U\+0000/],
    ['an escaped NUL', 'a: "x\\0y"', '1:4 a', /NUL/],
    ['half a surrogate pair', 'a: "\\uD800"', '1:4 a', /half a character/],
    ['a second document', 'a: 1\n---\nb: 1', '2:1', /one document/],
    ['YAML 1.1', '%YAML 1.1\n---\na: yes', '1:1', /1\.2/],
    ['an alias to nothing', 'a: *nowhere', '1:4 a', /no anchor/],
    ['an alias to itself', 'a: &a [*a]', '1:8 a[0]', /contains itself/],
    ['a merge key', 'a: &a {b: 1}\nc:\n  <<: *a', '3:3', /merge keys/],
    ['a list as a key', '? [a]\n: 1', '1:3', /plain text/],
    ['the prototype’s key', '__proto__: {a: 1}', '1:1', /no field/],
    ['an unclosed quote', 'a: "b', '1:6', /quote/],
  ];
  for (const [name, text, at, says] of bad) {
    it(`refuses ${name}, and says where`, () => {
      const { problems } = read(text);
      assert.deepEqual(places(problems), [at]);
      assert.match(problems[0]?.message ?? '', says);
    });
  }

  it('tells all mistakes at once', () => {
    assert.deepEqual(places(read('a: 1\na: 2\nb: *x\nc: 3\nc: 4').problems), ['2:1 a', '3:4 b', '5:1 c']);
  });

  it('reads YAML 1.2’s core schema: yes is a word, 0o17 a number, 1:30 a text', () => {
    assert.deepEqual(value('a: yes\nb: 0o17\nc: 1:30\nd: true\ne: 08\nf: !!str 5'), {
      ...{ a: 'yes', b: 15, c: '1:30', d: true, e: 8, f: '5' },
    });
  });

  it('keeps environment values as they were written', () => {
    const text =
      'spec:\n  environment: {A: 1.10, B: true, C: 0x10, D: 12345678901234567890, E: "q"}\n  build_args: {V: 3.0}';
    const environment = { A: '1.10', B: 'true', C: '0x10', D: '12345678901234567890', E: 'q' };
    assert.deepEqual(value(text), { spec: { environment, build_args: { V: '3.0' } } });
  });

  it('says what is wrong in one line, also of text with carriage returns', () => {
    const { problems } = read('a: 1\n|| b: T\r\nc: 2');
    assert.ok(problems.length > 0);
    for (const { message } of problems) assert.match(message, /^\P{Cc}+\.$/u);
  });

  it('expands an alias to what its last anchor before it held', () => {
    assert.deepEqual(value('a: &x 1\nb: *x\nc: &x [2]\nd: *x'), { a: 1, b: 1, c: [2], d: [2] });
  });

  it('is not blown up by aliases of aliases', () => {
    const bomb = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]`,
    ).join('\n');
    assert.match(read(bomb).problems[0]?.message ?? '', /more than/);
  });

  for (const [name, text] of [
    ['lists', '['.repeat(200_000)],
    ['maps', '{a: '.repeat(60_000)],
    ['dashes', '- '.repeat(100_000)],
    ['indentation', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ] as const) {
    it(`does not fall into a pit of ${name}`, () => {
      const { tree, problems } = read(text);
      assert.equal(tree, null);
      assert.match(problems[0]?.message ?? '', /deeper than 40/);
    });
  }

  it('takes brackets and dashes in text for text', () => {
    const text = `a: "${'['.repeat(60)}"\nb: x${'['.repeat(60)}\nc: |\n  ${'[ '.repeat(60)}\n  ${'- '.repeat(60)}`;
    assert.deepEqual(read(text).problems, []);
  });

  it('finds duplicates among 8,000 keys without comparing each with each', () => {
    const keys = Array.from({ length: 8000 }, (_, index) => `k${index}: 1`).join('\n');
    const before = process.cpuUsage();
    assert.deepEqual(places(read(`${keys}\nk7: 2`).problems), ['8001:1 k7']);
    assert.ok(process.cpuUsage(before).user < 3e6);
  });
});
