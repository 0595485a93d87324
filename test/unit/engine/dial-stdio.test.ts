import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { ProcessConnection, sshArguments } from '../../../src/core/engine/dial-stdio';

describe('engine: ssh:// addresses', () => {
  for (const [url, expected] of [
    ['ssh://far', ['--', 'far']],
    ['ssh://ann@far:2222', ['-l', 'ann', '-p', '2222', '--', 'far']],
    ['ssh://[fd00::2]', ['--', 'fd00::2']],
    ['ssh://-oProxyCommand=x@far', ['-l', '-oProxyCommand=x', '--', 'far']],
  ] as const) {
    it(`runs the system’s ssh for ${url}, and nothing in the address becomes an option`, () => {
      const argv = sshArguments(url);
      assert.deepEqual(argv.slice(3, -1), expected);
      assert.equal(argv.at(-1), 'docker system dial-stdio');
    });
  }

  /** A connection over a process that gives back what it is told, and the calls in which that was told. */
  function echoing() {
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'pipe'] });
    const calls: string[][] = [];
    const { stdin } = child;
    const writev = stdin._writev?.bind(stdin);
    stdin._writev = (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => (chunk as Buffer).toString()));
      writev?.(chunks, done);
    };
    return { connection: new ProcessConnection(child), child, calls };
  }

  it('hands the process in one call what is written together: SSH writes each packet in three parts', async () => {
    const { connection, calls } = echoing();
    const first = once(connection, 'data');
    connection.write('begin ');
    await first;
    for (const packet of ['one', 'two']) {
      connection.cork();
      for (const part of ['<', packet, '>']) connection.write(part);
      connection.uncork();
    }
    connection.end();
    assert.equal((await buffer(connection)).toString(), '<one><two>');
    assert.deepEqual(calls.flat(), ['<', 'one', '>', '<', 'two', '>']);
    assert.ok(calls.length <= 2, String(calls.length));
  });

  it('waits for a process that is behind, and for none that ended meanwhile', async () => {
    const { connection, child } = echoing();
    child.stdout.pause();
    const failed = once(connection, 'error');
    // More than the pipes take; written both ways.
    const large = Buffer.alloc(2 ** 20);
    connection.cork();
    connection.write(large);
    const written = new Promise<unknown>((resolve) => connection.write(large, resolve));
    connection.uncork();
    child.kill('SIGKILL');
    await written;
    connection.resume();
    await failed;
  });
});
