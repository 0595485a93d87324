import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lockText, parseLock } from '../../../src/core/templates/lock-document';
import type { LockedImage } from '../../../src/core/templates/types';

const hex = (digit: string) => `sha256:${digit.repeat(64)}`;

const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => `sha256:${text}`);
const image: fc.Arbitrary<LockedImage> = fc.oneof(
  digest.map((text) => ({ digest: text })),
  fc.dictionary(fc.constantFrom('linux/amd64', 'linux/arm64'), digest, { minKeys: 1 }).map((ids) => ({ ids })),
);
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\.[a-z]{2}(:[0-9]{2})?\/[a-z]{3})?(:[a-z0-9]{1,5})?$/);

describe('templates: the lock file', () => {
  it('reads back what it writes, and writes the same whatever the order', () => {
    fc.assert(
      fc.property(fc.dictionary(name, image), (images) => {
        const text = lockText(images);
        const read = parseLock(text, 'berth.lock');
        assert.deepEqual(read.problems, []);
        // Without the prototypes, which the generator varies.
        assert.deepEqual(JSON.parse(JSON.stringify(read.images)), JSON.parse(JSON.stringify(images)));
        const reversed = Object.fromEntries(Object.entries(images).reverse());
        assert.equal(lockText(reversed), text);
      }),
      { numRuns: 40 },
    );
  });

  it('looks as people expect it', () => {
    const text = lockText({
      'x:1': { ids: { 'linux/arm64': hex('b'), 'linux/amd64': hex('a') } },
      debian: { digest: hex('c') },
    });
    const lines = text.split('\n').filter((line) => !/^ *#/.test(line));
    assert.deepEqual(lines, [
      'version: 1',
      'images:',
      '  "debian":',
      `    digest: ${hex('c')}`,
      '  "x:1":',
      '    ids:',
      `      linux/amd64: ${hex('a')}`,
      `      linux/arm64: ${hex('b')}`,
      '',
    ]);
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['', /^1:1 The file is empty/],
    ['- a\n', /^1:1 The document is a list/],
    ['version: 2\nimages: {}\n', /^1:10 version .*expected 1, the only version that this Berth knows/],
    ['version: 1\n', /images/],
    ['version: 1\nimages:\n  "a b": { digest: x }\n', /^3:3 images\["a b"\]/],
    [`version: 1\nimages:\n  a: { digest: ${hex('a')}, ids: {} }\n`, /^3:6 images\.a .*either a digest or ids/],
    [`version: 1\nimages:\n  a: { digest: ${hex('a')} }\n  a: { digest: ${hex('b')} }\n`, /^4:3 /],
    ['version: 1\nimage: {}\n', /^2:1 image is no field of a lock file/],
  ];
  for (const [text, expected] of broken) {
    it(`tells what is wrong in ${JSON.stringify(text.slice(0, 40))}`, () => {
      const { images, problems } = parseLock(text, 'berth.lock');
      assert.deepEqual(images, {});
      const said = problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
      assert.ok(
        said.some((line) => expected.test(line)),
        said.join('\n'),
      );
      assert.ok(problems.every(({ message, expected: wanted = '' }) => !`${message} ${wanted}`.includes('a template')));
    });
  }
});
