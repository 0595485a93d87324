import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PortRow, PortSession } from '../../../src/core/ports/types';
import { freePort, occupy, otherAddress, PortsBed } from './bed';

describe('Ports forwarded over the Line', function () {
  this.timeout(120_000);
  let bed: PortsBed;
  let host: number;
  let session: PortSession;
  const url = (path = '/'): string => `http://127.0.0.1:${host}${path}`;
  /** By a connection of its own: one kept from an earlier request may break with its container, as it should. */
  const get = async (): Promise<string> => {
    const [response] = (await once(request(url(), { agent: false }).end(), 'response')) as [IncomingMessage];
    return text(response);
  };

  before(async () => {
    host = await freePort(2);
    bed = await PortsBed.make('ports', `  ports: ["${host}:8000", "${host + 1}:8001"]\n`);
    await bed.serve(8000);
    session = bed.core.ports.join(bed.row, 'project');
    await session.ready();
  });
  after(async () => {
    session.dispose();
    await bed.dispose();
  });

  const forwarded = (port: number, on: number): PortRow => ({
    ...{ port, wanted: on, origin: 'declared', host: on, state: 'forwarded', moved: null },
  });

  it('serves declared ports on their numbers of 127.0.0.1, and on no other address', async () => {
    assert.deepEqual(session.rows, [forwarded(8000, host), forwarded(8001, host + 1)]);
    assert.equal(session.role, 'forwarder');
    assert.match(await get(), /^hello from/);
    const elsewhere = otherAddress();
    assert.ok(elsewhere !== undefined);
    const [error] = (await once(connect(host, elsewhere), 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
  });

  it('carries much both ways, whole', async () => {
    const down = Buffer.from(await (await fetch(url('/big'))).arrayBuffer());
    assert.equal(down.length, 48 * 2 ** 20);
    assert.deepEqual(down.subarray(-256), Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    const up = randomBytes(32 * 2 ** 20);
    const answer = await (await fetch(url(), { method: 'POST', body: up })).text();
    assert.equal(answer, `${up.length} ${createHash('sha256').update(up).digest('hex')}`);
  });

  it('ends each direction by itself', async () => {
    const socket = connect(host + 1, '127.0.0.1');
    socket.end('all my words');
    assert.equal(await text(socket), 'got all my words');
  });

  it('holds 50 connections at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => get()));
    assert.equal(new Set(answers).size, 1);
    const large = await Promise.all(
      [1, 2, 3, 4].map(async () => (await (await fetch(url('/big'))).arrayBuffer()).byteLength),
    );
    assert.deepEqual(large, Array(4).fill(48 * 2 ** 20));
  });

  it('lets go inside when somebody leaves in the middle', async () => {
    const gone = new AbortController();
    const response = await fetch(url('/slow'), { signal: gone.signal });
    const reader = response.body!.getReader();
    await reader.read();
    gone.abort();
    await assert.rejects(reader.read());
    const line = await bed.core.projects.line(bed.row);
    const connections = async (): Promise<string> => {
      const command = await line.run({
        argv: ['sh', '-c', 'grep -c ":1F40 [0-9A-F]*:[0-9A-F]* 01" /proc/net/tcp; true'],
      });
      command.stderr.resume();
      return (await text(command.stdout)).trim();
    };
    // Each look is a round trip to the container; the server notices at its next write.
    let left = await connections();
    for (const limit = Date.now() + 10_000; left !== '0' && Date.now() < limit;) left = await connections();
    assert.equal(left, '0');
  });

  it('resets at once what nothing in the container listens for', async () => {
    await bed.core.ports.add(bed.row, { port: 8009 });
    const row = session.rows.find(({ port }) => port === 8009);
    assert.deepEqual([row?.origin, row?.state], ['added', 'forwarded']);
    const [since, socket] = [Date.now(), connect(row!.host!, '127.0.0.1')];
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
    // It is waited for only in the first ten seconds of a container.
    assert.ok(Date.now() - since < 12_000);
    await bed.core.ports.stop(bed.row, 8009);
    assert.equal(session.rows.length, 2);
  });

  it('resets a connection whose way to the container broke, and makes the next one anew', async () => {
    const socket = connect(host, '127.0.0.1');
    socket.write('GET /slow HTTP/1.0\r\n\r\n');
    await once(socket, 'data');
    const torn = assert.rejects(text(socket), { code: 'ECONNRESET' });
    const kill = 'for p in /proc/[0-9]*; do grep -q "^sshd" $p/comm && kill -9 ${p#/proc/}; done; true';
    const command = await (await bed.core.projects.runner(bed.row)).run({ argv: ['sh', '-c', kill], user: 'root' });
    await Promise.all([text(command.stdout), text(command.stderr), command.exit]);
    await torn;
    assert.match(await get(), /^hello from/);
  });

  it('keeps its numbers through a restart, and a connection meanwhile waits for the service', async () => {
    const open = (await fetch(url('/slow'))).text();
    const restarting = bed.core.projects.restart(bed.row);
    // The server's own end, or a reset where the container was faster.
    await open.catch(() => undefined);
    const waiting = get();
    bed.row = await restarting;
    await bed.serve(8000);
    assert.match(await waiting, /^hello from/);
    assert.deepEqual(session.rows, [forwarded(8000, host), forwarded(8001, host + 1)]);
  });

  it('keeps its numbers through a refresh', async () => {
    const { row } = await bed.fixture.up(bed.folder, { rebuild: true });
    assert.notEqual(row.container, bed.row.container);
    bed.row = row;
    const waiting = get();
    await bed.serve(8000);
    assert.match(await waiting, /^hello from/);
    assert.deepEqual(session.rows, [forwarded(8000, host), forwarded(8001, host + 1)]);
  });

  it('takes the next free number where one is taken, and the same one the next time', async () => {
    const wanted = await freePort(3);
    const taker = await occupy(wanted, '0.0.0.0');
    try {
      await bed.core.ports.add(bed.row, { port: 8005, host: wanted });
      const moved = { port: 8005, wanted, host: wanted + 1, state: 'forwarded', moved: 'taken', origin: 'added' };
      assert.deepEqual(session.rows.at(-1), moved);
      session.dispose();
      const off = await bed.core.ports.look(bed.row);
      assert.deepEqual(
        off.map(({ state }) => state),
        ['off', 'off', 'off'],
      );
      taker.close();
      await once(taker, 'close');
      session = bed.core.ports.join(bed.row, 'project');
      assert.deepEqual((await session.ready()).at(-1), moved, 'whoever has its address finds it there');
      await bed.core.ports.stop(bed.row, 8005);
    } finally {
      taker.close();
    }
  });

  it('stops a declared one until it is asked for again', async () => {
    await bed.core.ports.stop(bed.row, 8000);
    assert.equal(session.rows[0]?.state, 'off');
    await assert.rejects(get());
    assert.equal((await bed.core.ports.look(bed.row))[0]?.state, 'off');
    await bed.core.ports.add(bed.row, { port: 8000 });
    assert.deepEqual(session.rows[0], forwarded(8000, host));
    assert.match(await get(), /^hello from/);
  });

  it('sees what listens in the container, and asks about a port once', async () => {
    assert.deepEqual(await bed.core.ports.listening(bed.row), [8000, 8001]);
    const claims = await Promise.all([1, 2, 3].map(() => bed.core.ports.claimQuestion(bed.row, 4000)));
    assert.deepEqual(claims.filter(Boolean), [true]);
    await bed.core.ports.silence(bed.row);
    assert.equal(await bed.core.ports.claimQuestion(bed.row, 4001), false);
  });
});
