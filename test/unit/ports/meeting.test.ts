import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createHome } from '../../../src/core/home';
import { silentLogger } from '../../../src/core/log';
import { listenOnFirst } from '../../../src/core/ports/bind';
import { Forwarder } from '../../../src/core/ports/forwarder';
import { meetingPlace } from '../../../src/core/ports/meeting';
import { changeMemory, readMemory } from '../../../src/core/ports/memory';
import { MeetingSession } from '../../../src/core/ports/session';
import type { PortWant } from '../../../src/core/ports/types';

async function listening(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

describe('ports: a number is had', () => {
  const servers: Server[] = [];
  const server = (): Server => {
    const made = createServer();
    servers.push(made);
    return made;
  };
  afterEach(() => servers.splice(0).forEach((one) => one.close()));

  it('passes over the taken ones, and says so', async () => {
    const taken = await listening(server());
    const { host, refused } = await listenOnFirst(server(), [taken, 0]);
    assert.notEqual(host, taken);
    assert.deepEqual([...refused], [[taken, 'taken']]);
  });

  it('passes over one that is taken between the look and the bind', async () => {
    const spare = server();
    const wanted = await listening(spare);
    spare.close();
    await once(spare, 'close');
    let looks = 0;
    const bound = await listenOnFirst(server(), [wanted, 0], async () => {
      looks += 1;
      await listening(server(), wanted);
      return false;
    });
    assert.equal(looks, 1);
    assert.notEqual(bound.host, wanted);
    assert.equal(bound.refused.get(wanted), 'taken');
  });

  it('gives each of many that come at once a number of its own', async () => {
    const spare = server();
    const wanted = await listening(spare);
    spare.close();
    await once(spare, 'close');
    const candidates = Array.from({ length: 30 }, (_, index) => wanted + index);
    const all = await Promise.all(Array.from({ length: 10 }, () => listenOnFirst(server(), [...candidates, 0])));
    assert.equal(new Set(all.map(({ host }) => host)).size, 10);
  });
});

describe('ports: processes of one project', () => {
  let dir: string;
  const sessions: MeetingSession[] = [];
  before(async () => (dir = await mkdtemp(join(tmpdir(), 'berth-ports-'))));
  afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));
  after(() => rm(dir, { recursive: true }));

  /** A process's part, with a container in which a word is served. */
  function process(project: string, want: PortWant, word: string): MeetingSession {
    const home = createHome({ BERTH_HOME: dir });
    const session = new MeetingSession({
      place: { path: meetingPlace(home, project, tmpdir()), locksDir: home.locksDir, project },
      want,
      log: silentLogger,
      host: () => ({
        forwarder: new Forwarder(async () => {
          const inside = createServer((socket) => socket.end(word));
          const stream = connect(await listening(inside), '127.0.0.1');
          inside.once('connection', () => inside.close());
          return { stream, whole: () => true };
        }, silentLogger),
        source: {
          active: true,
          facts: async () => ({
            declared: [{ port: 5000, host: 45_000, publish: false }],
            memory: await readMemory(home, project),
            remoteEngine: false,
          }),
          remember: async (hosts) => {
            await changeMemory(home, project, (memory) => ({ ...memory, hosts }));
          },
          dispose: () => undefined,
        },
      }),
    });
    sessions.push(session);
    return session;
  }
  const told = (port: number | null | undefined): Promise<string> => text(connect(port ?? 0, '127.0.0.1'));

  it('one forwards for all, and the next takes over with the same number', async () => {
    const [first, second, third] = ['one', 'two', 'three'].map((word) => process('aaa', 'project', word));
    const all = await Promise.all([first!.ready(), second!.ready(), third!.ready()]);
    assert.deepEqual(all[1], all[0]);
    assert.deepEqual(all[2], all[0]);
    const roles = sessions.map(({ role }) => role).sort();
    assert.deepEqual(roles, ['follower', 'follower', 'forwarder']);
    const port = all[0][0]?.host;
    const forwarder = sessions.find(({ role }) => role === 'forwarder')!;
    const before = await told(port);
    forwarder.dispose();
    const others = sessions.filter((one) => one !== forwarder);
    const isThere = async (): Promise<boolean> => (await told(port).catch(() => '')) !== '';
    while (!others.some(({ role }) => role === 'forwarder') || !(await isThere())) await new Promise(setImmediate);
    assert.equal(others[0]?.rows[0]?.host, port);
    assert.notEqual(await told(port), before);
  });

  it('a process’s own port is there as long as it is', async () => {
    const whole = process('bbb', 'project', 'whole');
    await whole.ready();
    const own = process('bbb', [{ port: 6000, host: 46_000 }], 'own');
    const rows = await own.ready();
    assert.deepEqual(
      rows.map(({ port, origin }) => [port, origin]),
      [
        [5000, 'declared'],
        [6000, 'process'],
      ],
    );
    const gone = new Promise<void>((resolve) => void whole.onDidChange((now) => now.length === 1 && resolve()));
    own.dispose();
    await gone;
    assert.deepEqual(
      whole.rows.map(({ port }) => port),
      [5000],
    );
  });

  it('a wait that is cancelled, or whose session ended, ends', async () => {
    const session = process('ccc', 'project', 'x');
    const stop = new AbortController();
    const waiting = session.ready(stop.signal);
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    const other = process('ccc', 'project', 'x');
    const ended = other.ready();
    other.dispose();
    await assert.rejects(ended, { name: 'AbortError' });
  });

  it('meets in a short place, however long the home’s path is', () => {
    const home = createHome({ BERTH_HOME: `/tmp/${'long/'.repeat(40)}` });
    assert.ok(Buffer.byteLength(meetingPlace(home, 'abcdef123456', '/tmp')) <= 100);
    const other = createHome({ BERTH_HOME: `/tmp/${'long/'.repeat(41)}` });
    assert.notEqual(meetingPlace(home, 'abc', '/tmp'), meetingPlace(other, 'abc', '/tmp'));
  });
});
