import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { forkServer, requestFor } from '../../../src/core/line/fork-server';
import { tellingOf, toldStarter } from '../../../src/core/line/told-start';
import { orderFor, waiter } from '../../../src/core/line/waiting-shell';
import { starter, wrapScript } from '../../../src/core/line/wrap';

// Real shells, and the perl of this machine: no container is needed to see what they do.

const nonce = '0123456789abcdef';
const hello = 'fedcba9876543210';
const argv = ['/bin/sh', '-c', 'env -0; printf "%s\\0" "$@"; cat', 'name', "it's", 'two\nlines \\'];
const input = 'its input\nin two lines';
const common = { NAME: 'Ada', TEXT: "it's\ntwo \\ lines", THEIRS: 'ours' };

/** What the command sees of its variables, arguments and input; and what is said of it. */
function seen([program, ...words]: readonly [string, ...string[]], given: string | Buffer, more = {}) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/', THEIRS: 'the container’s', ...more };
  const { stdout, stderr, status } = spawnSync(program, words, { env, input: given, encoding: 'utf8' });
  return { stdout, said: stderr.replaceAll(/ [1-9]\d*\n/g, ' pid\n'), status };
}

const started = (script: string, given: string | Buffer) => seen(starter, given, { BERTH_RUN: script });

/** Without the order of the variables, which is nobody's promise. */
const sorted = ({ stdout, ...rest }: ReturnType<typeof seen>) => ({ ...rest, out: stdout.split('\0').sort() });

/** As a shell has it that starts with its command: what all others have to come to. */
const usual = (env: Readonly<Record<string, string>>, given: string) =>
  sorted(started(wrapScript({ argv, cwd: '/tmp', env, nonce }), given));

describe('a shell that waits', () => {
  const cases: Readonly<Record<string, readonly [env: Readonly<Record<string, string>>, mostBytes: number]>> = {
    'exports what it was told before': [common, 160],
    'exports what is said for one command over it': [{ ...common, NAME: 'Grace', MORE: '$HOME' }, 260],
    'exports nothing that was meant for others': [{ NAME: 'Ada' }, 260],
    'exports nothing': [{}, 260],
  };
  for (const [title, [env, mostBytes]] of Object.entries(cases)) {
    it(`${title}, just as a shell that starts with its command, and leaves it its input`, () => {
      const order = orderFor({ argv, cwd: '/tmp', env }, nonce, common);
      assert.ok(order !== null && order.length <= mostBytes, `${order?.length} bytes are read one by one`);
      const waited = sorted(started(waiter(nonce, common, hello), `${order.toString()}${input}`));
      const expected = usual(env, input);
      assert.deepEqual(waited, { ...expected, said: `\u001e${hello} 0\n${expected.said}` });
    });
  }

  it('does nothing where no order comes', () => {
    const { stdout, said, status } = started(waiter(nonce, common, hello), 'exit 3\n');
    assert.deepEqual([stdout, said, status], ['', `\u001e${hello} 0\n`, 125]);
  });
});

describe('a fork server', () => {
  const waits = `\u001e${hello} pid\n`;
  const served = (...given: readonly (Buffer | string)[]) =>
    started(forkServer(hello), Buffer.concat(given.map((one) => Buffer.from(one))));
  const ends = (code: number, signal = 0): string =>
    `\u001e${nonce}=${[code, signal].map((number) => String(number).padStart(3, '0')).join('')}\n`;

  for (const [title, env] of Object.entries({ variables: common, 'no variables': {} })) {
    it(`becomes a command with ${title} just as a shell does, and leaves it its input`, () => {
      const request = requestFor({ argv, cwd: '/tmp', env, stdin: true }, nonce);
      const expected = usual(env, input);
      assert.deepEqual(sorted(served(request, input)), { ...expected, said: `${waits}${expected.said}` });
    });

    it(`does so again and again, with ${title}, and tells each end on both outputs`, () => {
      const request = requestFor({ argv, cwd: '/tmp', env }, nonce);
      const { stdout, said } = served(request, request);
      const expected = usual(env, '');
      const turns = stdout.split(ends(0)).map((text) => text.split('\0').sort());
      assert.deepEqual(turns, [expected.out, expected.out, ['']]);
      assert.equal(said, `${waits}${`${expected.said}${ends(0)}`.repeat(2)}`);
    });
  }

  const failures: Readonly<Record<string, readonly [argv: string[], cwd: string, said: string]>> = {
    'a code': [['sh', '-c', 'exit 42'], '/', `\u001e${nonce} pid\n${ends(42)}`],
    'a signal': [['sh', '-c', 'kill -KILL $$'], '/', `\u001e${nonce} pid\n${ends(0, 9)}`],
    'a program that is not there': [['/no/such'], '/', `\u001e${nonce} pid\nsh: /no/such: not found\n${ends(127)}`],
    'one that cannot run': [['/etc'], '/', `\u001e${nonce} pid\nsh: /etc: Permission denied\n${ends(126)}`],
    'a folder that is not there': [['true'], '/no/such', `\u001e${nonce} -\n${ends(125)}`],
  };
  for (const [title, [words, cwd, expected]] of Object.entries(failures)) {
    it(`tells ${title}, and takes the next command`, () => {
      const bad = requestFor({ argv: words, cwd, env: {} }, nonce);
      const good = requestFor({ argv: ['echo', 'here'], cwd: '/', env: {} }, nonce);
      const { stdout, said, status } = served(bad, good);
      assert.equal(said, `${waits}${expected}\u001e${nonce} pid\n${ends(0)}`);
      assert.ok(stdout.endsWith(`here\n${ends(0)}`));
      assert.equal(status, 0);
    });
  }

  it('ends as a command did that left something running, with all that this writes', () => {
    // What is left has no parent but the server when the command ends, and writes once the server is gone.
    const script = '(while [ -d "/proc/$PPID" ]; do sleep 0.01; done; echo late) & exit 7';
    const left = requestFor({ argv: ['sh', '-c', script], cwd: '/', env: {} }, nonce);
    const { stdout, said, status } = served(left, left);
    assert.deepEqual([stdout, said, status], ['late\n', `${waits}\u001e${nonce} pid\n`, 7]);
  });
});

describe('a shell that is told what to become', () => {
  const script = wrapScript({ argv, cwd: '/tmp', env: common, nonce });

  it('becomes the command that one would which knew it from its start, and leaves it its input', () => {
    const telling = String(tellingOf(script, nonce, true));
    assert.deepEqual(sorted(seen(toldStarter, `${telling}${input}`)), usual(common, input));
  });

  it('gives it an end of file where its input is not wanted', () => {
    const telling = String(tellingOf(script, nonce, false));
    assert.deepEqual(sorted(seen(toldStarter, `${telling}${input}`)), usual(common, ''));
  });

  it('does nothing where it is told nothing, or the telling ends in the middle', () => {
    const telling = String(tellingOf(script, nonce, true));
    for (const torn of ['', nonce, telling.slice(0, -2)]) {
      assert.deepEqual(seen(toldStarter, torn), { stdout: '', said: '', status: 125 }, JSON.stringify(torn));
    }
  });

  it('is not told what is long to read byte by byte', () => {
    assert.equal(tellingOf(`${script}${'x'.repeat(5_000)}`, nonce, true), null);
  });
});
