import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BerthError } from '../../../src/core/errors';
import { noProgress } from '../../../src/core/log';
import { labels } from '../../../src/core/model';
import type { ProjectRow } from '../../../src/core/model';
import { containersByRole } from '../../../src/core/refresh/former';
import { Fixture } from '../projects/fixture';

describe('refresh and rollback', () => {
  let fixture: Fixture;
  before(async () => (fixture = await Fixture.create()));
  after(() => fixture.dispose());

  const projects = () => fixture.core.projects;
  const refresh = (row: ProjectRow, now = false) => projects().refreshContainer(row, { now }, noProgress);
  const failsWith = (code: string) => (error: unknown) => error instanceof BerthError && error.code === code;
  async function sh(row: ProjectRow, line: string): Promise<string> {
    const command = await (await projects().runner(row)).run({ argv: ['/bin/sh', '-c', line] });
    command.stderr.resume();
    const output = await text(command.stdout);
    await command.exit;
    return output.trim();
  }
  async function parts(row: ProjectRow) {
    const engine = await fixture.core.engine.get();
    return containersByRole(engine, await fixture.core.home.owner(), row);
  }
  async function canaries(row: ProjectRow): Promise<number> {
    const engine = await fixture.core.engine.get();
    return (await engine.listContainers({ labels: { [labels.project]: row.id, [labels.kind]: 'canary' } })).length;
  }
  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  /** A project whose template has changed since its container was made. */
  async function stale(name: string, spec = ''): Promise<ProjectRow> {
    const folder = await fixture.folder(name, `  environment: { COLOUR: red }\n${spec}`);
    const { row } = await fixture.up(folder);
    await sh(row, 'echo kept > ~/note; echo here > note');
    await fixture.writeTemplate(folder, `  environment: { COLOUR: blue }\n${spec}`);
    return projects().find(folder, '/');
  }

  it('leaves a container alone that is as it should be', async () => {
    const { row } = await fixture.up(await fixture.folder('fine'));
    const result = await refresh(row);
    assert.equal(result.refreshed, false);
    assert.equal(result.row.container, row.container);
  });

  it('makes a fresh one around workspace and home, keeps the former one, and goes back to it and forth again', async () => {
    const row = await stale('whole');
    const { row: fresh, previous, timings } = await refresh(row);
    assert.equal(fresh.generation, row.generation + 1);
    assert.equal(previous?.generation, row.generation);
    assert.ok(timings.create > 0 && timings.start > 0);
    assert.deepEqual([fresh.alias, fresh.stale, fresh.containerName], [row.alias, [], row.containerName]);
    assert.equal(await sh(fresh, 'echo $COLOUR; cat ~/note note'), 'blue\nkept\nhere');
    assert.equal((await parts(row)).prev?.id, row.container);
    assert.equal(await canaries(row), 0);

    await sh(fresh, 'echo later >> ~/note');
    const back = await projects().rollback(fresh);
    assert.deepEqual([back.row.container, back.row.generation, back.aside], [row.container, 1, 2]);
    // What is on volumes belongs to both.
    assert.equal(await sh(back.row, 'echo $COLOUR; cat ~/note'), 'red\nkept\nlater');
    const forth = await projects().rollback(back.row);
    assert.equal(forth.row.container, fresh.container);
    assert.equal(await sh(forth.row, 'echo $COLOUR'), 'blue');

    // A container made by hand takes the place of both: there is nothing older to go back to then.
    const rebuilt = await projects().up(row.folder, { rebuild: true }, noProgress);
    assert.equal(await sh(rebuilt.row, 'echo $COLOUR; cat ~/note'), 'blue\nkept\nlater');
    assert.deepEqual(
      Object.values(await parts(row)).map(({ id }) => id),
      [rebuilt.row.container],
    );
  });

  it('waits while somebody works in it, and --now waits for nothing', async () => {
    const row = await stale('busy');
    const line = await projects().line(row);
    const command = await line.run({ argv: ['sleep', '600'] });
    await assert.rejects(
      refresh(row),
      (error: unknown) =>
        failsWith('refresh_waits')(error) && /in use: (sleep|\/bin\/sh)/.test((error as Error).message),
    );
    const { row: fresh } = await refresh(row, true);
    assert.notEqual(fresh.container, row.container);
    await command.exit.catch(() => undefined);
  });

  it('takes up nothing by itself, or for an agent, that reaches further into this machine, until a person does', async () => {
    const row = await stale('reaching');
    const snapshot = await fixture.core.snapshots.create(row, { name: 'before' });
    const reach = `  environment: { COLOUR: blue }\n  volumes: [{ host: /etc, container: /theirs }]\n  security: { allow_host_paths: [/etc] }\n`;
    await fixture.writeTemplate(row.folder, reach);
    const unasked = { unasked: true, now: true };
    const waits = (error: unknown) =>
      error instanceof BerthError &&
      error.code === 'refresh_waits' &&
      /asks for more than you agreed to .*: volumes \/etc and 1 more\./.test(error.message);
    await assert.rejects(projects().refreshContainer(row, unasked, noProgress), waits);
    await assert.rejects(fixture.core.snapshots.restore(row, snapshot, unasked, noProgress), waits);
    assert.equal((await projects().find(row.folder, '/')).container, row.container);
    assert.equal(await sh(row, 'ls /theirs 2>&1 >/dev/null | wc -l'), '1');
    const { row: fresh } = await fixture.core.snapshots.restore(row, snapshot, { now: true }, noProgress);
    assert.notEqual(await sh(fresh, 'ls /theirs | wc -l'), '0');
    // From now on that is what a person has agreed to.
    await fixture.writeTemplate(row.folder, reach.replace('blue', 'green'));
    const { row: after } = await projects().refreshContainer(fresh, unasked, noProgress);
    assert.equal(await sh(after, 'echo $COLOUR'), 'green');
    await projects().remove(after, { purge: true });
    await fixture.core.snapshots.remove(snapshot);
  });

  it('waits while something would be lost, and tells packages apart that the template could ask for', async () => {
    const row = await stale('lossy');
    const root = async (line: string) => {
      const runner = await projects().runner(row);
      const { exit, stdout, stderr } = await runner.run({ argv: ['/bin/sh', '-c', line], user: 'root' });
      stdout.resume();
      assert.equal(await text(stderr), '');
      assert.equal((await exit).code, 0);
    };
    assert.deepEqual((await projects().lossPreview(row)).lost, []);
    // A package as apt leaves it: built here, since a mirror tells nothing about Berth.
    await root(`mkdir -p /tmp/p/DEBIAN /tmp/p/usr/bin /tmp/p/opt/extra && echo 'echo hand' >/tmp/p/usr/bin/byhand && touch /tmp/p/opt/extra/own
      printf 'Package: byhand\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@x.test>\\nDescription: x\\n' >/tmp/p/DEBIAN/control
      dpkg-deb --build /tmp/p /tmp/byhand.deb >/dev/null && dpkg -i /tmp/byhand.deb >/dev/null
      mkdir -p /opt/mine/deep && echo 1 >/opt/mine/deep/a && echo 2 >/opt/mine/b && echo '# more' >>/etc/bash.bashrc; rm /etc/issue`);
    const { promotable, lost, carried } = await projects().lossPreview(row);
    assert.deepEqual(promotable, [{ manager: 'apt', name: 'byhand' }]);
    assert.deepEqual(
      lost.map(({ kind, path, files }) => `${kind} ${path} ${files}`),
      ['changed /etc/bash.bashrc 0', 'deleted /etc/issue 0', 'added /opt/mine 2'],
    );
    assert.deepEqual(carried, ['/home/dev', '/workspace']);
    await assert.rejects(
      refresh(row),
      (error: unknown) =>
        failsWith('refresh_waits')(error) && (error as Error).message.includes('would lose 1 package and 4 files'),
    );
    assert.equal((await projects().find(row.folder, '/')).container, row.container);
  });

  it('touches nothing where the canary fails its health command', async () => {
    const row = await stale('sick', '  health: { command: "test $COLOUR = red" }\n');
    await assert.rejects(refresh(row), failsWith('canary_failed'));
    const now = await projects().find(row.folder, '/');
    assert.deepEqual([now.container, now.state], [row.container, 'running']);
    assert.equal(await canaries(row), 0);
    assert.deepEqual(Object.keys(await parts(row)), ['current']);
  });

  it('tries the canary on mounts that it cannot write to, without services or commands of the template', async () => {
    const row = await stale(
      'careful',
      '  health: { command: "! touch /workspace/x && ! touch /home/dev/x" }\n  post_create: ["echo $COLOUR >> made"]\n',
    );
    const { row: fresh } = await refresh(row);
    assert.equal(await sh(fresh, 'cat made; ls x ~/x 2>/dev/null'), 'red\nblue');
  });

  it('is taken back by itself where post_create fails, and says why', async () => {
    const row = await stale('unlucky', '  post_create: ["test ! -e broken"]\n');
    await writeFile(join(row.folder, 'broken'), '');
    await assert.rejects(refresh(row), failsWith('post_create_failed'));
    const now = await projects().find(row.folder, '/');
    assert.deepEqual([now.container, now.state], [row.container, 'running']);
    assert.equal(await sh(now, 'echo $COLOUR; cat ~/note'), 'red\nkept');
    assert.deepEqual(Object.keys(await parts(row)), ['current']);
  });

  it('leaves the one in use as it was where a port that it publishes is taken at the switch', async () => {
    const port = await freePort();
    const row = await stale('taken', '  ports: [{ port: 8000, publish: false }]\n');
    await fixture.writeTemplate(row.folder, `  ports: [{ port: 8000, host: ${port}, publish: true }]\n`);
    const holder = createServer().listen(port, '127.0.0.1');
    await once(holder, 'listening');
    try {
      await assert.rejects(refresh(row), failsWith('port_taken'));
    } finally {
      holder.close();
    }
    const now = await projects().find(row.folder, '/');
    assert.deepEqual([now.container, now.state, now.former], [row.container, 'running', null]);
    assert.equal(await sh(now, 'cat ~/note'), 'kept');
    assert.deepEqual(Object.keys(await parts(row)), ['current']);
  });

  it('is done once where two ask for it at the same time', async () => {
    const row = await stale('both');
    const second = Fixture.coreAt(join(fixture.dir, 'home'));
    try {
      const results = await Promise.all([refresh(row), second.projects.refreshContainer(row, {}, noProgress)]);
      assert.deepEqual(results.map(({ refreshed }) => refreshed).sort(), [false, true]);
      assert.equal(new Set(results.map(({ row: { container } }) => container)).size, 1);
    } finally {
      second.dispose();
    }
  });

  it('finds the way back where its container is removed by hand meanwhile', async () => {
    const row = await stale('removed');
    const engine = await fixture.core.engine.get();
    const removed = (async () => {
      for await (const event of engine.events({}, AbortSignal.timeout(60_000))) {
        if (event.action !== 'create' || event.attributes['name'] !== `${row.containerName}-next`) continue;
        await engine.removeContainer(row.container!, { force: true });
        return;
      }
    })();
    await refresh(row).catch((error: unknown) => assert.ok(error instanceof BerthError));
    await removed;
    const { row: now } = await fixture.up(row.folder);
    assert.equal(await sh(now, 'cat ~/note note'), 'kept\nhere');
    assert.deepEqual(
      Object.keys(await parts(row)).filter((role) => role === 'next'),
      [],
    );
  });

  it('has nothing to go back to before the first refresh, and says so', async () => {
    const { row } = await fixture.up(await fixture.folder('young'));
    await assert.rejects(projects().rollback(row), failsWith('nothing_to_roll_back'));
  });
});
