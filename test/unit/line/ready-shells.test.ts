import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connection, Execution } from '../../../src/core/line/connection';
import { orderFor, ReadyShells, waiter } from '../../../src/core/line/ready-shells';
import { starter, wrapScript } from '../../../src/core/line/wrap';

const nonce = '0123456789abcdef';
const argv = ['/bin/sh', '-c', 'env -0; printf "%s\\0" "$@"; cat', 'name', "it's", 'two\nlines'];

/** What the command sees of its variables, arguments and input, in whatever order. */
function seen(script: string, input: string): readonly [string[], string] {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/', BERTH_RUN: script, THEIRS: 'the container’s' };
  const [program, ...words] = starter;
  const { stdout, stderr, status } = spawnSync(program, words, { env, input, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return [stdout.split('\0').sort(), stderr.replace(/\d+\n$/, 'pid\n')];
}

describe('a shell that waits', () => {
  const common = { NAME: 'Ada', TEXT: "it's\ntwo \\ lines", THEIRS: 'ours' };
  const cases: Readonly<Record<string, readonly [env: Readonly<Record<string, string>>, mostBytes: number]>> = {
    'exports what it was told before': [common, 160],
    'exports what is said for one command over it': [{ ...common, NAME: 'Grace', MORE: '$HOME' }, 260],
    'exports nothing that was meant for others': [{ NAME: 'Ada' }, 260],
    'exports nothing': [{}, 260],
  };
  for (const [title, [env, mostBytes]] of Object.entries(cases)) {
    it(`${title}, just as a shell that starts with its command, and leaves it its input`, () => {
      const spec = { argv, cwd: '/tmp', env };
      const order = orderFor(spec, nonce, common);
      assert.ok(order !== null && order.length <= mostBytes, `${order?.length} bytes are read one by one`);
      const input = 'its input\nin two lines';
      const waited = seen(waiter(nonce, common), `${order.toString()}${input}`);
      assert.deepEqual(waited, seen(wrapScript({ ...spec, nonce }), input));
    });
  }

  it('is replaced in the calm after its command; where another follows at once, behind the order of that', async () => {
    const did: string[] = [];
    const ends: (() => void)[] = [];
    const channel = { write: () => did.push('order'), end: () => did.push('end') };
    const connection = {
      exec: () => {
        did.push('start');
        const closed = new Promise<null>((resolve) => ends.push(() => resolve(null)));
        return Promise.resolve({ channel, closed } as unknown as Execution);
      },
    } satisfies Pick<Connection, 'exec'>;
    const shells = new ReadyShells(connection);
    const take = () => shells.take({ argv, cwd: '/', env: {} }, {});
    const saw = async (...expected: string[]): Promise<void> => {
      while (did.length < expected.length) await nextTurn();
      assert.deepEqual(did.splice(0), expected);
    };
    assert.equal(await take(), null);
    shells.fill();
    await saw('start', 'start', 'start');
    await take();
    await saw('order');
    await take();
    await saw('order', 'start');
    ends[0]?.();
    await saw('start');
    shells.dispose();
    await saw('end', 'end', 'end');
  });

  it('does nothing where no order comes', () => {
    const env = { BERTH_RUN: waiter(nonce, common) };
    const { stdout, stderr, status } = spawnSync(starter[0], starter.slice(1), { env, input: 'exit 3\n' });
    assert.deepEqual([String(stdout), String(stderr), status], ['', '', 125]);
  });
});
