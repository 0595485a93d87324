import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { dockerfileArgv, dockerfileQuote, shellCommand, shellQuote } from '../../src/core/quote';

/** Characters that mean something to a shell, a Dockerfile or a terminal, among plain ones. */
const nasty = [
  ...'ab0 \'"`$\\(){}[]<>|&;#*?~!%^=,:@/-+.'.split(''),
  '\n',
  '\r',
  '\t',
  '\u001b',
  'é',
  '船',
  '\u2028',
  '$(id)',
  '${X}',
  '&&',
];
const text = fc.oneof(fc.string({ unit: fc.constantFrom(...nasty), maxLength: 40 }), fc.string({ unit: 'grapheme' }));
const words = fc.array(
  text.filter((word) => !/[\0\p{Surrogate}]/u.test(word)),
  { minLength: 1, maxLength: 20 },
);

describe('quoting for a shell', () => {
  it('gives /bin/sh back exactly the words that went in', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 100, size: 'max' }), (lists) => {
        // One shell for many lists: starting it is what takes time.
        const script = lists.map((list) => `printf '%s\\0' ${shellCommand(list)}`).join('\n');
        const said = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
        assert.deepEqual(said.split('\0').slice(0, -1), lists.flat());
      }),
      { numRuns: 4 },
    );
  });

  it('leaves plain words as they are, and an empty one visible', () => {
    assert.equal(shellQuote('a/b_c-1.2=x'), 'a/b_c-1.2=x');
    assert.equal(shellQuote(''), "''");
    assert.equal(shellQuote("it's"), String.raw`'it'\''s'`);
  });

  it('refuses NUL, which no argument can carry', () => {
    assert.throws(() => shellQuote('a\0b'), RangeError);
    assert.throws(() => dockerfileQuote('a\0b'), RangeError);
    assert.throws(() => dockerfileArgv(['a\0b']), RangeError);
  });
});

describe('quoting for a Dockerfile', () => {
  /** Reads a double-quoted word as the builders' word processing does; null where a variable would be expanded. */
  function readBack(quoted: string): string | null {
    if (!quoted.startsWith('"')) return /^[A-Za-z0-9_@%+=:,./-]+$/.test(quoted) ? quoted : null;
    let read = '';
    for (let at = 1; at < quoted.length; at += 1) {
      const character = quoted[at] ?? '';
      if (character === '"') return at === quoted.length - 1 ? read : null;
      if (character === '$') return null;
      if (character === '\\') at += 1;
      read += quoted[at] ?? '';
    }
    return null;
  }

  it('lets no variable, quote or line continuation through', () => {
    const line = text.filter((word) => !/[\0\r\n]/.test(word));
    fc.assert(fc.property(line, (word) => assert.equal(readBack(dockerfileQuote(word)), word)));
  });

  it('refuses line ends, which would begin an instruction', () => {
    for (const word of ['a\nRUN x', 'a\rb']) assert.throws(() => dockerfileQuote(word), RangeError);
  });

  it('writes a command as JSON in one logical line, with nothing a reader of lines could trip over', () => {
    fc.assert(
      fc.property(words, (list) => {
        const said = dockerfileArgv(list);
        assert.deepEqual(JSON.parse(said), list);
        assert.doesNotMatch(said, /[\n\r\u2028\u2029]/);
      }),
    );
  });

  it('folds what is longer than a builder’s line, only between letters or digits', () => {
    const script = Array.from({ length: 20_000 }, (_, index) => `# "w${index}"\\`).join('\n');
    const said = dockerfileArgv([script]);
    const lines = said.split('\n');
    assert.ok(lines.length > 10 && lines.every((line) => line.length < 10_000));
    for (const line of lines.slice(0, -1)) assert.match(line, /[A-Za-z0-9]\\$/);
    for (const line of lines.slice(1)) assert.match(line, /^[A-Za-z0-9]/);
    assert.deepEqual(JSON.parse(said.replaceAll('\\\n', '')), [script]);
  });
});
