import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tellingOf, toldStarter } from '../../../src/core/line/told-start';
import { starter, wrapScript } from '../../../src/core/line/wrap';

const nonce = '0123456789abcdef';
const argv = ['/bin/sh', '-c', 'env -0; printf "%s\\0" "$@"; cat', 'name', "it's", 'two\nlines \\'];
const spec = { argv, cwd: '/tmp', env: { NAME: "O'Brien", TEXT: 'a\nb \\' }, nonce };
const input = 'its input\nin two lines';

function seen([program, ...words]: readonly [string, ...string[]], given: string, env = {}) {
  const all = { PATH: process.env['PATH'] ?? '', HOME: '/', ...env };
  const { stdout, stderr, status } = spawnSync(program, words, { env: all, input: given, encoding: 'utf8' });
  return { out: stdout.split('\0').sort(), said: stderr.replace(/\d+\n$/, 'pid\n'), status };
}

describe('a shell that is told what to become', () => {
  const usual = (given: string) => seen(starter, given, { BERTH_RUN: wrapScript(spec) });

  it('becomes the command that one would which knew it from its start, and leaves it its input', () => {
    const telling = String(tellingOf(wrapScript(spec), nonce, true));
    assert.deepEqual(seen(toldStarter, `${telling}${input}`), usual(input));
  });

  it('gives it an end of file where its input is not wanted', () => {
    const telling = String(tellingOf(wrapScript(spec), nonce, false));
    assert.deepEqual(seen(toldStarter, `${telling}${input}`), usual(''));
  });

  it('does nothing where it is told nothing, or the telling ends in the middle', () => {
    const telling = String(tellingOf(wrapScript(spec), nonce, true));
    for (const torn of ['', nonce, telling.slice(0, -2)]) {
      assert.deepEqual(seen(toldStarter, torn), { out: [''], said: '', status: 125 }, JSON.stringify(torn));
    }
  });

  it('is not told what is long to read byte by byte', () => {
    assert.equal(tellingOf(wrapScript({ ...spec, argv: ['echo', 'x'.repeat(5_000)] }), nonce, true), null);
  });
});
