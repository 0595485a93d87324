import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectRow } from '../../../src/core/model';
import { parseStatus, statusScript } from '../../../src/core/services/status';
import type { ServiceRow, ServiceState } from '../../../src/core/services/types';
import { Fixture } from '../projects/fixture';

/** Answers every request on a port with one line; Perl is in every Debian. */
const server = (port: number): string =>
  `exec perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => ${port}, Listen => 5, ReuseAddr => 1) or die; while ($c = $s->accept) { print $c "HTTP/1.0 200 OK\\r\\n\\r\\nhello\\n"; close $c }'`;

const services = `
  services:
    web:
      command: |
        ${server(8080)}
      ready: { http: 8080 }
    worker: { command: "echo $GREETING from $(id -un) in $PWD; sleep 1000 & wait", ready: { command: test -e made } }
    dies: { command: "echo no; exit 3", restart: { max: 2, backoff: 100ms } }
    chatty: { command: "seq 1 500000; echo end; exec sleep 1000" }
  environment: { GREETING: hello }
  post_create: ["touch made"]
`;

describe('Services', function () {
  this.timeout(60_000);
  let fixture: Fixture;
  let row: ProjectRow;

  before(async () => {
    fixture = await Fixture.create();
    ({ row } = await fixture.up(await fixture.folder('services', services)));
  });
  after(() => fixture.dispose());

  const one = async (name: string): Promise<ServiceRow> => {
    const found = (await fixture.core.services.list(row)).find((service) => service.name === name);
    assert.ok(found !== undefined, name);
    return found;
  };
  /** Looks until a service is in a state: what the supervisor does by itself has no event to wait for. */
  const until = async (name: string, state: ServiceState): Promise<ServiceRow> => {
    for (let now = await one(name); ; now = await one(name)) {
      if (now.state === state) return now;
      await delay(50);
    }
  };
  const inside = async (script: string, user = 'root'): Promise<string> => {
    const runner = await fixture.core.projects.line(row);
    const command = await runner.run({ argv: ['/bin/sh', '-c', script], user });
    command.stderr.resume();
    return text(command.stdout);
  };
  const logOf = async (name: string, tail: number | 'all' = 'all'): Promise<string> =>
    text((await fixture.core.services.logs(row, name, { follow: false, tail })).stdout);

  it('run as the user in the workspace, and are ready when their checks succeed', async () => {
    const web = await until('web', 'running');
    assert.equal(web.ready, true);
    assert.equal(web.port, 8080);
    assert.ok(web.pid !== null && web.uptime !== null && web.uptime < 60);
    assert.equal((await until('worker', 'running')).ready, true);
    assert.equal(await logOf('worker'), 'hello from dev in /workspace\n');
  });

  it('are back within two seconds when killed, without what the killed one left behind', async () => {
    const before = await until('worker', 'running');
    const started = performance.now();
    await inside(`kill -9 ${before.pid ?? 0}`);
    let after = await one('worker');
    while (after.state !== 'running' || after.pid === before.pid) after = await one('worker');
    assert.ok(performance.now() - started < 2_000);
    assert.equal(after.restarts, 1);
    assert.equal((await inside('pgrep -c -x sleep -P 1,' + String(after.pid))).trim(), '1');
    assert.match(await logOf('worker'), /\nberth: worker was ended by signal 9; starting it again\n/);
  });

  it('that die at once are started again after waits that double, then given up', async () => {
    const gone = await until('dies', 'failed');
    assert.deepEqual({ ...gone, restarts: 0 }, { ...gone, pid: null, uptime: null, ready: false, restarts: 0 });
    const death = 'no\nberth: dies ended with exit code 3; ';
    const last = (await logOf('dies')).split(death).slice(-3);
    assert.deepEqual(last, [
      'starting it again\n',
      'starting it again in 0.100 s\n',
      'given up after 2 starts in a row\n',
    ]);
    // A person's start begins to count anew.
    const again = await fixture.core.services.control(row, 'dies', 'start');
    assert.notEqual(again.state, 'stopped');
    assert.ok((await until('dies', 'failed')).restarts > gone.restarts);
  });

  it('are stopped, started and restarted one by one', async () => {
    const { services } = fixture.core;
    const stopped = await services.control(row, 'web', 'stop');
    assert.deepEqual([stopped.state, stopped.ready, stopped.pid], ['stopped', false, null]);
    assert.equal((await services.control(row, 'web', 'stop')).state, 'stopped', 'stopping it again is no error');
    await services.control(row, 'web', 'start');
    const first = await until('web', 'running');
    await services.control(row, 'web', 'restart');
    const second = await until('web', 'running');
    assert.notEqual(first.pid, second.pid);
    assert.equal(second.restarts, 0, 'what a person asks for is no death');
    await assert.rejects(services.control(row, 'wep', 'start'), {
      code: 'service_not_found',
      hint: 'Its services: chatty, dies, web, worker.',
    });
  });

  it('write logs that are rotated, read as one, and followed', async () => {
    while (!(await logOf('chatty', 1)).startsWith('end')) await delay(50);
    const sizes = (await inside('stat -c %s /var/log/berth/chatty/@*')).trim().split('\n').map(Number);
    assert.ok(sizes.length === 3 && sizes.every((size) => size <= 1_010_000), String(sizes));
    assert.equal(await logOf('chatty', 2), '500000\nend\n');
    const abort = new AbortController();
    const followed = await fixture.core.services.logs(row, 'chatty', { follow: true, tail: 200_000 }, abort.signal);
    followed.stderr.resume();
    let read = '';
    for await (const chunk of followed.stdout) {
      read += String(chunk);
      if (!read.includes('end\n')) continue;
      if (read.includes('berth: chatty')) break;
      const { pid } = await one('chatty');
      await inside(`kill -9 ${pid ?? 0}`);
    }
    abort.abort();
    assert.match(read.slice(0, 20), /^300002\n300003\n/);
  });

  it('come back with the container when their supervisor is killed', async () => {
    const { core } = fixture;
    await until('web', 'running');
    await inside('kill -9 $(pgrep -o s6-svscan)').catch(() => '');
    const engine = await core.engine.get();
    let restarts = 0;
    while (restarts === 0) restarts = (await engine.inspectContainer(row.container ?? ''))?.restartCount ?? 0;
    for (
      let state = '';
      state !== 'running';
      state = await one('web').then(
        ({ state: now }) => now,
        () => '',
      )
    );
  });

  /** The state of a container's only service by the supervisor's own words: asking Berth could be what it waits for. */
  const bySupervisor = async (container: string): Promise<ServiceState | undefined> => {
    const engine = await fixture.core.engine.get();
    const look = await engine.exec(container, { argv: ['/bin/sh', '-c', statusScript], user: 'dev', stdin: false });
    look.stderr.resume();
    return parseStatus(await text(look.stdout))[0]?.state;
  };
  const runs = async (container: string): Promise<void> => {
    while ((await bySupervisor(container)) !== 'running') await delay(50);
  };
  /** After a restart that Berth has no part in, its service waits until somebody comes. */
  const waits = async ({ container, folder }: ProjectRow): Promise<void> => {
    const engine = await fixture.core.engine.get();
    await engine.restartContainer(container ?? '', 10);
    while ((await bySupervisor(container ?? '')) !== 'waiting') await delay(50);
    await fixture.up(folder);
    await runs(container ?? '');
  };
  const readerLog = async (of: ProjectRow): Promise<string> =>
    text((await fixture.core.services.logs(of, 'reader', { follow: false, tail: 'all' })).stdout);
  const reader = '  services:\n    reader: { command: "echo word of ${#WORD}; exec sleep 1000" }\n';
  const word = '  secrets: { WORD: { from: "generated:word" } }\n';

  it('wait for the secrets, again after a restart that Berth has no part in', async () => {
    const { row: gated } = await fixture.up(await fixture.folder('gated', word + reader));
    await runs(gated.container ?? '');
    await waits(gated);
    assert.equal(await readerLog(gated), 'word of 24\nword of 24\n');
  });

  it('wait likewise for secrets that came to be wanted after the container was made, and go on when none is any more', async () => {
    const { row: later } = await fixture.up(await fixture.folder('later', reader));
    await runs(later.container ?? '');
    await fixture.writeTemplate(later.folder, word + reader);
    await fixture.up(later.folder);
    await waits(later);
    assert.equal(await readerLog(later), 'word of 0\nword of 24\n');
    await fixture.writeTemplate(later.folder, reader);
    await fixture.up(later.folder);
    await waits(later);
    assert.equal(await readerLog(later), 'word of 0\nword of 24\nword of 0\n');
    assert.deepEqual(
      (await fixture.core.projects.lossPreview(later)).lost,
      [],
      'what Berth wrote for it is nobody’s loss',
    );
  });

  it('run under BusyBox as under Debian’s tools, and on a read-only root, where their logs lie in memory', async () => {
    const { core } = fixture;
    const spec =
      '  base_image: berth-testbed/apk:latest\n  packages: null\n  security: { read_only_root: true }\n  services: { web: { command: "id -nu; exec sleep 1000", ready: { command: "true" } } }\n';
    const folder = await fixture.folder('alpine', spec);
    const { row: alpine } = await fixture.up(folder);
    const now = async (): Promise<ServiceRow | undefined> => (await core.services.list(alpine))[0];
    while ((await now())?.ready !== true) await delay(50);
    await core.services.control(alpine, 'web', 'restart');
    while ((await now())?.ready !== true) await delay(50);
    const read = await (await core.projects.line(alpine)).run({ argv: ['cat', '/run/berth/log/web/current'] });
    assert.equal(await text(read.stdout), 'dev\ndev\n');
    await fixture.writeTemplate(folder, spec + word);
    await fixture.up(folder);
    await waits(alpine);
  });

  it('are refused by name on a family of images that has no supervisor, which can be used all the same', async () => {
    const folder = await fixture.folder(
      'fedora',
      '  base_image: berth-testbed/dnf:latest\n  packages: null\n  services: { web: { command: "sleep 1000" } }\n',
    );
    await assert.rejects(fixture.up(folder), {
      code: 'service_failed',
      message: 'Nothing is supervised in fedora: its image has no s6.',
    });
    const there = await fixture.core.projects.find(folder, '/');
    assert.equal(there.state, 'running');
    assert.equal((await fixture.core.services.list(there))[0]?.state, 'unknown');
  });
});
