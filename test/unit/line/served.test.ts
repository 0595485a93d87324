import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { Relay } from '../../../src/core/line/relay';
import { ServedOutputs } from '../../../src/core/line/served';

const nonces = ['0123456789abcdef', 'fedcba9876543210'] as const;
const mark = (nonce: string): string => `\u001e${nonce}=003000\n`;

describe('the outputs of one command after another on a channel', () => {
  it('are told apart whatever they hold, wherever they are cut', async () => {
    const pieces = fc.array(fc.constantFrom('a', '\n', '\u001e', `\u001e${nonces[0]}`, mark(nonces[1]), 'ü'));
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(pieces, pieces, cuts, async (first, second, sizes) => {
        const { outputs, write } = channel();
        for (const [index, nonce] of nonces.entries()) {
          // The second's nonce is new when the first runs: nothing of that one can hold it.
          const said = [first.filter((piece) => piece !== mark(nonces[0])), second][index] ?? [];
          const own = said.join('').replaceAll(mark(nonce), '');
          const { stdout, closed } = outputs.begin(nonce);
          const seen = text(new Relay(stdout));
          write(`${own}${mark(nonce)}`, sizes);
          assert.deepEqual([await seen, await closed], [own, { code: 3 }]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are whole where the channel ends before the mark, with what began like one', async () => {
    const { outputs, out, err } = channel({ code: 7 });
    const { stdout, closed } = outputs.begin(nonces[0]);
    const seen = text(new Relay(stdout));
    out.end(`out\u001e${nonces[0]}`);
    err.end();
    assert.deepEqual([await seen, await closed], [`out\u001e${nonces[0]}`, { code: 7 }]);
  });
});

describe('the end of one', () => {
  const cases: Readonly<Record<string, object>> = {
    '042000': { code: 42 },
    '000009': { signal: 'KILL' },
    // A real-time signal, which SSH has no name for.
    '000034': { code: 162 },
  };
  for (const [digits, expected] of Object.entries(cases)) {
    it(`is ${JSON.stringify(expected)} for ${digits}`, async () => {
      const { outputs, write } = channel();
      const { closed } = outputs.begin(nonces[0]);
      write(`\u001e${nonces[0]}=${digits}\n`, [100]);
      assert.deepEqual(await closed, expected);
    });
  }
});

function channel(end: { code: number } | null = null) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const execution = { stdout: out, stderr: err, closed: Promise.resolve(end) };
  const write = (text: string, sizes: readonly number[]): void => {
    let rest = Buffer.from(text);
    for (let index = 0; rest.length > 0; index += 1) {
      const size = sizes[index % sizes.length] ?? 1;
      out.write(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    err.write(text.slice(text.lastIndexOf('\u001e')));
  };
  return { outputs: new ServedOutputs(execution), out, err, write };
}
