import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { finish } from '../../harness/berth';
import { freePort, occupy, otherAddress } from '../ports/bed';
import { Bed } from './bed';

interface PortDocument {
  readonly port: number;
  readonly host: number | null;
  readonly wanted: number;
  readonly state: string;
  readonly moved: string | null;
  readonly origin: string;
}

/** Answers any connection with the environment's own word, in a container that has perl and little else. */
const perlServer = String.raw`use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 50, ReuseAddr => 1, LocalAddr => '0.0.0.0', LocalPort => $ARGV[0]) or die $!;
while (my $c = $s->accept) { sysread $c, my $asked, 4096; syswrite $c, "HTTP/1.0 200 OK\r\n\r\nserved on $ARGV[0]"; close $c }`;

/** Ends once something listens. */
const perlWaiting = String.raw`use IO::Socket::INET; select undef, undef, undef, 0.05 until IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]")`;

describe('berth forward', function () {
  this.timeout(60_000);
  const bed = new Bed();
  const started: ChildProcessWithoutNullStreams[] = [];
  let folder: string;
  let host: number;
  let published: number;

  /** A forwarder, once it has said what it does. */
  const start = async (...args: string[]): Promise<[ChildProcessWithoutNullStreams, readonly PortDocument[]]> => {
    const child = await bed.berth.start(['forward', '-p', folder, '--json', ...args]);
    started.push(child);
    child.stderr.resume();
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const document = JSON.parse(line) as { outcome: string; project: { name: string }; ports: PortDocument[] };
    assert.deepEqual([document.outcome, document.project.name], ['ok', 'forwards']);
    return [child, document.ports];
  };
  const get = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text();
  const end = async (child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<number> => {
    const over = finish(child);
    child.kill(signal);
    return (await over).code;
  };
  const status = async (): Promise<readonly PortDocument[]> => {
    const { document } = await bed.berth.json(['status', folder]);
    return document['ports'] as PortDocument[];
  };
  const serve = async (): Promise<void> => {
    for (const port of ['8000', '8001']) {
      const name = `berth-forwards-${id.slice(0, 6)}`;
      await bed.docker('exec', '-d', name, 'perl', '-e', perlServer, port);
      await bed.docker('exec', name, 'perl', '-e', perlWaiting, port);
    }
  };
  let id = '';

  before(async () => {
    [host, published] = [await freePort(4), await freePort(2)];
    folder = bed.folder('forwards', { ports: [`${host}:8000`, { port: 8001, host: published, publish: true }] });
    ({ id } = (await bed.up(folder)).project);
    await serve();
  });
  afterEach(async () => {
    const left = started.splice(0).filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(left.map((child) => end(child, 'SIGKILL')));
  });
  after(() => bed.dispose());

  const declared = { port: 8000, wanted: 0, state: 'forwarded', moved: null, origin: 'declared' };
  const fixed = { port: 8001, state: 'published', moved: null, origin: 'declared' };

  it('forwards what the template declares, says so in one line, and ends by Ctrl-C', async () => {
    const [child, ports] = await start();
    const all = [
      { ...declared, host, wanted: host },
      { ...fixed, host: published, wanted: published },
    ];
    assert.deepEqual(ports, all);
    assert.equal(await get(host), 'served on 8000');
    assert.deepEqual(await status(), all);
    const { stdout } = await bed.run(['status', folder]);
    assert.match(stdout, new RegExp(`port 8000 → 127\\.0\\.0\\.1:${host}$`, 'm'));
    assert.equal(await end(child, 'SIGINT'), 130);
    assert.equal((await status())[0]?.state, 'off');
    await assert.rejects(get(host));
  });

  it('has the engine publish for good, on 127.0.0.1 alone', async () => {
    assert.equal(await get(published), 'served on 8001');
    const elsewhere = otherAddress();
    assert.ok(elsewhere !== undefined);
    await assert.rejects(fetch(`http://${elsewhere}:${published}/`));
    assert.match(await bed.docker('port', `berth-forwards-${id.slice(0, 6)}`), /^8001\/tcp -> 127\.0\.0\.1:\d+$/);
  });

  it('tells a person each port in a line, a moved one with its reason', async () => {
    const taker = await occupy(host);
    try {
      const child = await bed.berth.start(['forward', '-p', folder]);
      started.push(child);
      child.stderr.resume();
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === 2) break;
      assert.deepEqual(lines, [
        `8000 → 127.0.0.1:${host + 1} (${host} was taken)`,
        `8001 → 127.0.0.1:${published} (published by the engine)`,
      ]);
      assert.equal(await get(host + 1), 'served on 8000');
    } finally {
      taker.close();
    }
  });

  it('the second takes over when the first is killed, with the same numbers', async () => {
    const [first, ports] = await start();
    const [second, same] = await start();
    assert.deepEqual(same, ports);
    const real = ports[0]!.host!;
    await end(first, 'SIGKILL');
    // The system ends the meeting with the process; the second needs a moment to have the number.
    for (const limit = Date.now() + 5_000; Date.now() < limit;) {
      if ((await get(real).catch(() => '')) === 'served on 8000') break;
    }
    assert.equal(await get(real), 'served on 8000');
    assert.deepEqual(await status(), ports);
    assert.equal(await end(second, 'SIGTERM'), 143);
  });

  it('forwards a port of one’s own while it runs, through whichever process forwards', async () => {
    const other = await freePort();
    const [whole] = await start();
    const [own, ports] = await start(`8001:${other}`);
    const row = ports.find(({ origin }) => origin === 'process');
    assert.deepEqual(row, { ...fixed, host: other, wanted: other, state: 'forwarded', origin: 'process' });
    assert.equal(await get(other), 'served on 8001');
    assert.equal(await end(own, 'SIGINT'), 130);
    for (const limit = Date.now() + 5_000; (await status()).length > 2 && Date.now() < limit;);
    assert.equal((await status()).length, 2);
    await end(whole, 'SIGINT');
  });

  it('says which published port is taken, and comes up once it is free', async () => {
    await bed.run(['stop', folder]);
    const taker = await occupy(published);
    const { code, document } = await bed.berth.json(['start', folder]);
    assert.equal(code, 1);
    const error = document['error'] as { code: string; message: string };
    assert.deepEqual([error.code, error.message.includes(String(published))], ['port_taken', true]);
    taker.close();
    await once(taker, 'close');
    assert.equal((await bed.run(['start', folder])).code, 0);
    await serve();
    assert.equal(await get(published), 'served on 8001');
  });

  it('refuses what is no port, a project without ports, and a stopped container', async () => {
    for (const wrong of ['0', '70000', 'http', '80:', '80:90:100', '-1']) {
      assert.equal((await bed.run(['forward', '-p', folder, '--', wrong])).code, 2, wrong);
    }
    const bare = bed.folder('bare');
    await bed.up(bare);
    const none = await bed.berth.json(['forward', '-p', bare]);
    assert.equal((none.document['error'] as { code: string }).code, 'bad_usage');
    await bed.run(['stop', bare]);
    const stopped = await bed.berth.json(['forward', '-p', bare, '3000']);
    assert.equal((stopped.document['error'] as { code: string }).code, 'container_not_running');
  });
});
