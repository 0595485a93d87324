import assert from 'node:assert/strict';
import { judgeBatch } from '../../fuzz/batch';
import { documentOf } from '../../fuzz/document';
import { expandedWord, instructionsOf, shellTokens } from '../../fuzz/dockerfile-reader';
import { berthWrites, type Write } from '../../fuzz/judge-image';

/** `npm run fuzz` judges many more, of another seed each time. */
const seed = 20_260_701;

describe('templates: any document', function () {
  this.timeout(20_000);

  it('is resolved or refused with reasons, in time, and gets nothing out of its place', async () => {
    const tally = await judgeBatch({ seed, from: 0, to: 20 });
    assert.deepEqual(tally.failures, []);
    // A fuzz that only ever makes what is refused would prove nothing.
    assert.ok(
      tally.resolved > 4 && tally.resolved < 16 && tally.words > 10 && tally.problems > 15,
      JSON.stringify(tally),
    );
  });

  it('is the same for the same seed and place, whatever else is made', () => {
    const real = ['a: 1\n', 'b: [2]\n'];
    const some = (from: number) => Array.from({ length: 20 }, (_, index) => documentOf(seed, from + index, real, '/c'));
    assert.deepEqual(some(10).slice(0, 10), some(0).slice(10));
    assert.notDeepEqual(documentOf(seed, 0, real, '/c'), documentOf(seed + 1, 0, real, '/c'));
  });

  const broken: readonly (readonly [name: string, write: Write])[] = [
    ['package names without quotes', (...given) => berthWrites(...given).replaceAll("'", '')],
    ['quotes that end too early', (...given) => berthWrites(...given).replaceAll(/'([^']*[<>][^']*)'/g, "''$1''")],
    ['build arguments with variables', (...given) => berthWrites(...given).replaceAll('\\$', '$')],
    ['build arguments without quotes', (...given) => berthWrites(...given).replaceAll(/^(ARG \w+=)"(.*)"$/gm, '$1$2')],
    [
      'line ends in build steps',
      (...given) => berthWrites(...given).replaceAll(/^RUN \[.*$/gm, (line) => line.replaceAll('\\n', '\n')),
    ],
    [
      'build steps by another shell',
      (...given) => berthWrites(...given).replaceAll('["/bin/sh", "-ec", ', '["/bin/sh", "-c", '),
    ],
    [
      'a step too many',
      (...given) => `${berthWrites(...given)}\n${given[0].spec.run.map((script) => `RUN ${script}`).join('\n')}`,
    ],
  ];
  for (const [name, write] of broken) {
    it(`would be found out where Berth wrote ${name}`, async () => {
      let found = 0;
      for (let from = 0; found === 0 && from < 25; from += 5) {
        found = (await judgeBatch({ seed, from, to: from + 5, write })).failures.length;
      }
      assert.notEqual(found, 0);
    });
  }
});

describe('fuzz: reading a Dockerfile', () => {
  it('joins lines as a builder does', () => {
    const text = 'FROM a\n# b\nRUN x \\\n# gone\n\n  && y\nARG A="\\$b"\n';
    assert.deepEqual(
      instructionsOf(text).map(({ keyword, rest }) => [keyword, rest.replaceAll(/\s+/g, ' ')]),
      [
        ['FROM', 'a'],
        ['RUN', 'x && y'],
        ['ARG', 'A="\\$b"'],
      ],
    );
  });

  it('takes a word’s quotes away, and minds variables and further words', () => {
    assert.equal(expandedWord(String.raw`"a\$b \"c\" \\ 'd'"`), `a$b "c" \\ 'd'`);
    for (const word of ['$a', '"$a"', 'a b', '"a']) assert.throws(() => expandedWord(word), word);
  });

  it('tells words and operators of a shell apart', () => {
    const tokens = (text: string) => shellTokens(text).map(({ raw, value }) => value ?? raw);
    assert.deepEqual(tokens(`: a 'b c'\\''d' && { e >f; } || "g\\"$(h 'i)' "j")" # k`), [
      ...[':', 'a', "b c'd", '&&', '{', 'e', '>', 'f', ';', '}', '||', `"g\\"$(h 'i)' "j")"`],
    ]);
    for (const text of ["'", '"', '$(', '"$(']) assert.throws(() => shellTokens(text), text);
  });
});
