import assert from 'node:assert/strict';
import { Duplex, PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Execution } from '../../../src/core/line/connection';
import { ReadyShells, type OpenWaiting } from '../../../src/core/line/ready-shells';

/** A channel whose other end is the test. */
interface Started {
  readonly stdout: Duplex;
  readonly stderr: PassThrough;
  /** What it was written last. */
  order: string;
  close(): void;
}

/** Pretends to be sshd: each channel says whether it is a fork server as soon as it is open. */
class Sshd {
  readonly did: string[] = [];
  readonly started: Started[] = [];

  constructor(private readonly forks: boolean) {}

  readonly open: OpenWaiting = ({ hello, common }) => {
    this.did.push('start');
    const stderr = new PassThrough();
    let close: () => void = () => undefined;
    const closed = new Promise<{ code: number }>((resolve) => (close = () => resolve({ code: 0 })));
    const stdout = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        this.did.push('order');
        one.order = chunk.toString();
        done();
      },
      final: (done) => {
        this.did.push('end');
        close();
        done();
      },
    });
    const one: Started = { stdout, stderr, order: '', close };
    this.started.push(one);
    stderr.write(`\u001e${hello} ${this.forks ? 4711 : 0}\n`);
    const execution: Execution = {
      ...{ stdin: stdout, stdout, stderr, closed },
      ...{ resize: () => undefined, abandon: () => undefined },
    };
    return Promise.resolve({ execution, common });
  };

  async saw(...expected: string[]): Promise<void> {
    while (this.did.length < expected.length) await nextTurn();
    assert.deepEqual(this.did.splice(0), expected);
  }
}

const command = { argv: ['true'], cwd: '/', env: {} };

describe('the shells that wait on a connection', () => {
  let shells: ReadyShells;
  const ready = async (forks: boolean): Promise<Sshd> => {
    const sshd = new Sshd(forks);
    shells = new ReadyShells(sshd.open);
    assert.equal(await shells.take(command, {}), null);
    shells.fill();
    await sshd.saw(...Array.from({ length: forks ? 2 : 3 }, () => 'start'));
    return sshd;
  };
  const end = (one: Started | undefined): void => {
    const nonce = one?.order.split('\0').at(1) ?? '';
    for (const output of [one?.stdout, one?.stderr]) output?.push(`\u001e${nonce}=000000\n`);
  };

  it('are replaced in the calm after their command; where another follows at once, behind the order of that', async () => {
    const sshd = await ready(false);
    await shells.take(command, {});
    await sshd.saw('order');
    await shells.take(command, {});
    await sshd.saw('order', 'start');
    for (const output of [sshd.started[0]?.stdout, sshd.started[0]?.stderr]) output?.push(null);
    sshd.started[0]?.close();
    await sshd.saw('start');
    shells.dispose();
    await sshd.saw('end', 'end', 'end');
  });

  it('wait again where they are fork servers: a hundred commands start no other', async () => {
    const sshd = await ready(true);
    for (let round = 0; round < 100; round += 1) {
      const shell = await shells.take(command, {});
      await sshd.saw('order');
      end(sshd.started.find(({ stdout }) => stdout === shell?.execution.stdout));
      assert.deepEqual(await shell?.served?.closed, { code: 0 });
    }
    shells.dispose();
    await sshd.saw('end', 'end');
  });

  it('are joined by others where commands go on, and no more than three wait after them', async () => {
    const sshd = await ready(true);
    const ends: Promise<unknown>[] = [];
    for (let index = 0; index < 2; index += 1) {
      const shell = await shells.take(command, {});
      ends.push(shell?.served?.closed ?? Promise.reject(new Error('none waited')));
    }
    assert.equal(await shells.take(command, {}), null, 'it starts as ever');
    await sshd.saw('order', 'order');
    shells.fill();
    await sshd.saw('start', 'start');
    for (const one of sshd.started) if (one.order !== '') end(one);
    await Promise.all(ends);
    await sshd.saw('end');
    shells.dispose();
    await sshd.saw('end', 'end', 'end');
  });

  it('are used up by a command that reads its input', async () => {
    const sshd = await ready(true);
    const shell = await shells.take({ ...command, stdin: true }, {});
    await sshd.saw('order', 'start');
    const one = sshd.started.find(({ stdout }) => stdout === shell?.execution.stdout);
    for (const output of [one?.stdout, one?.stderr]) output?.push(null);
    one?.close();
    shells.dispose();
    await sshd.saw('end', 'end');
  });

  for (const [atRest, then] of [
    [1, []],
    [0, ['end']],
  ] as const)
    it(`are ${atRest} where only looks of Berth’s own come, which start no others`, async () => {
      const sshd = new Sshd(true);
      shells = new ReadyShells(sshd.open, { forks: true, atRest });
      assert.equal(await shells.begin(), true);
      const shell = await shells.take({ ...command, own: true }, {});
      await sshd.saw('start', 'order');
      end(sshd.started[0]);
      await shell?.served?.closed;
      shells.fill();
      await sshd.saw(...then);
      shells.dispose();
      await sshd.saw(...(atRest === 1 ? ['end'] : []));
    });
});
