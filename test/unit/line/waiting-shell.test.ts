import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { forkServer, requestFor } from '../../../src/core/line/fork-server';
import { orderFor, waiter } from '../../../src/core/line/waiting-shell';
import { starter, wrapScript } from '../../../src/core/line/wrap';

const nonce = '0123456789abcdef';
const hello = 'fedcba9876543210';
const argv = ['/bin/sh', '-c', 'env -0; printf "%s\\0" "$@"; cat', 'name', "it's", 'two\nlines'];

/** What the command sees of its variables, arguments and input; and what is said of it. */
function seen(script: string, input: string | Buffer, more: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/', BERTH_RUN: script, THEIRS: 'the container’s', ...more };
  const [program, ...words] = starter;
  const { stdout, stderr, status } = spawnSync(program, words, { env, input, encoding: 'utf8' });
  return { stdout, said: stderr.replaceAll(/ [1-9]\d*\n/g, ' pid\n'), status };
}

/** Without the order of the variables, which is nobody's promise. */
const sorted = ({ stdout, ...rest }: ReturnType<typeof seen>) => ({ ...rest, out: stdout.split('\0').sort() });

const common = { NAME: 'Ada', TEXT: "it's\ntwo \\ lines", THEIRS: 'ours' };
const cases: Readonly<Record<string, readonly [env: Readonly<Record<string, string>>, mostBytes: number]>> = {
  'exports what it was told before': [common, 160],
  'exports what is said for one command over it': [{ ...common, NAME: 'Grace', MORE: '$HOME' }, 260],
  'exports nothing that was meant for others': [{ NAME: 'Ada' }, 260],
  'exports nothing': [{}, 260],
};

describe('a shell that waits', () => {
  for (const [title, [env, mostBytes]] of Object.entries(cases)) {
    it(`${title}, just as a shell that starts with its command, and leaves it its input`, () => {
      const spec = { argv, cwd: '/tmp', env };
      const order = orderFor(spec, nonce, common);
      assert.ok(order !== null && order.length <= mostBytes, `${order?.length} bytes are read one by one`);
      const input = 'its input\nin two lines';
      const waited = sorted(seen(waiter(nonce, common, hello), `${order.toString()}${input}`));
      const usual = sorted(seen(wrapScript({ ...spec, nonce }), input));
      assert.deepEqual(waited, { ...usual, said: `\u001e${hello} 0\n${usual.said}` });
    });
  }

  it('does nothing where no order comes', () => {
    const { stdout, said, status } = seen(waiter(nonce, common, hello), 'exit 3\n');
    assert.deepEqual([stdout, said, status], ['', `\u001e${hello} 0\n`, 125]);
  });
});

describe('a fork server', () => {
  const waits = `\u001e${hello} pid\n`;
  const served = (...requests: readonly Buffer[]) => seen(forkServer(hello), Buffer.concat(requests));
  const ends = (code: number, signal = 0): string =>
    `\u001e${nonce}=${[code, signal].map((number) => String(number).padStart(3, '0')).join('')}\n`;

  for (const [title, [env]] of Object.entries(cases)) {
    it(`${title}, just as a shell that starts with its command, and leaves it its input`, () => {
      const spec = { argv, cwd: '/tmp', env };
      const request = requestFor({ ...spec, stdin: true }, nonce);
      const input = Buffer.concat([request, Buffer.from('its input\nin two lines')]);
      const usual = sorted(seen(wrapScript({ ...spec, nonce }), 'its input\nin two lines'));
      assert.deepEqual(sorted(served(input)), { ...usual, said: `${waits}${usual.said}` });
    });

    it(`${title}, again and again, and each end is told on both outputs`, () => {
      const request = requestFor({ argv, cwd: '/tmp', env }, nonce);
      const { stdout, said } = served(request, request);
      const usual = sorted(seen(wrapScript({ argv, cwd: '/tmp', env, nonce }), ''));
      const turns = stdout.split(ends(0)).map((text) => text.split('\0').sort());
      assert.deepEqual(turns, [usual.out, usual.out, ['']]);
      assert.equal(said, `${waits}${`${usual.said}${ends(0)}`.repeat(2)}`);
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
