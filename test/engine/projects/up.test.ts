import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BerthError } from '../../../src/core/errors';
import type { ProgressEvent } from '../../../src/core/log';
import { labels, upSteps } from '../../../src/core/model';
import type { ProjectRow } from '../../../src/core/model';
import { containerName } from '../../../src/core/projects/identity';
import { answers } from '../line/bed';
import { Fixture } from './fixture';

const failsWith = (code: string) => (error: unknown) => error instanceof BerthError && error.code === code;

describe('up', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.dispose());

  const run = async (row: ProjectRow, ...argv: string[]): Promise<string> => {
    const runner = await fixture.core.projects.runner(row);
    const command = await runner.run({ argv });
    const [out] = await Promise.all([text(command.stdout), text(command.stderr)]);
    await command.exit;
    return out.trim();
  };

  it('makes a labelled, running container of the folder’s template, and finds it again', async () => {
    const folder = await fixture.folder('first');
    const events: ProgressEvent[] = [];
    const first = await fixture.up(folder, {}, (event) => events.push(event));
    assert.equal(first.reused, false);
    assert.equal(first.row.state, 'running');
    assert.equal(first.row.health, 'healthy');
    assert.deepEqual(Object.keys(first.timings), [...upSteps, 'total']);
    assert.ok(events.some((event) => event.kind === 'step' && event.step === 'start'));

    const engine = await fixture.core.engine.get();
    const container = await engine.inspectContainer(first.row.containerName);
    assert.equal(container?.labels[labels.owner], await fixture.core.home.owner());
    assert.equal(container.labels[labels.folder], folder);
    assert.equal(container.labels[labels.generation], '1');

    const again = await fixture.up(folder);
    assert.equal(again.reused, true);
    assert.equal(again.row.container, first.row.container);
  });

  it('can be called by a socket: the engine starts no process then, and the folder for it goes with the project', async () => {
    const { row } = await fixture.up(await fixture.folder('dialled'));
    const { home } = fixture.core;
    const engine = await fixture.core.engine.get();
    await answers(home, row.container!);
    // The first connection may have come by exec, where a busy machine starts the container slowly.
    const before = (await engine.inspectContainer(row.container!))!;
    const other = Fixture.coreAt(home.dir);
    try {
      await (await other.projects.line(row)).connect();
      const container = (await engine.inspectContainer(row.container!))!;
      const servers = (await engine.containerProcesses(container.id)).filter(({ command }) =>
        command.startsWith('berth-line '),
      );
      assert.ok(servers.length >= 2, 'one of each Line');
      assert.deepEqual((await fixture.core.projects.detail(row)).connections, { ssh: 0, exec: 0 });
      assert.equal(container.execs, before.execs);
      assert.equal(container.dialFolder, join(await realpath(home.dialDir), row.id));
      assert.equal(container.mounts.filter(({ target }) => target.startsWith('/run/berth/')).length, 0);
    } finally {
      other.dispose();
    }
    assert.ok((await readdir(home.dialDir)).includes(row.id));
    await fixture.core.projects.remove(row, { purge: true });
    const left = await readdir(home.dialDir);
    assert.equal(
      left.some((name) => name === row.id || name.startsWith(row.container!.slice(0, 12))),
      false,
    );
  });

  it('runs as the folder’s owner, so that files made inside belong to them outside', async () => {
    const folder = await fixture.folder('owned', '', 1234);
    const { row } = await fixture.up(folder);
    assert.equal(await run(row, 'id', '-u'), '1234');
    assert.equal(await run(row, 'touch', 'made-inside'), '');
    assert.equal((await stat(join(folder, 'made-inside'))).uid, 1234);
  });

  it('is root in a folder that belongs to root, and says so', async () => {
    const { row, notices } = await fixture.up(await fixture.folder('roots', '', 0));
    assert.equal(row.user, 'root');
    assert.equal(await run(row, 'id', '-un'), 'root');
    assert.ok(notices.some((notice) => notice.includes('root')));
  });

  it('starts a stopped container in place of making another', async () => {
    const folder = await fixture.folder('stopped');
    const { row } = await fixture.up(folder);
    const stopped = await fixture.core.projects.stop(row);
    assert.equal(stopped.state, 'stopped');
    const again = await fixture.up(folder);
    assert.equal(again.row.container, row.container);
    assert.equal(again.row.state, 'running');
  });

  it('refuses another name for a project that has one, and forgets the refused one', async () => {
    const folder = await fixture.folder('named');
    const { row } = await fixture.up(folder);
    await fixture.core.projects.stop(row);
    await assert.rejects(fixture.up(folder, { name: 'other' }), failsWith('container_conflict'));
    assert.equal((await fixture.core.projects.identify(folder)).name, 'named');
    assert.equal((await fixture.up(folder)).row.container, row.container);
  });

  it('keeps the home folder when the container is removed and made again', async () => {
    const folder = await fixture.folder('lasting');
    const { row } = await fixture.up(folder);
    await run(row, 'sh', '-c', 'echo kept > ~/note');
    const kept = await fixture.core.projects.remove(row, { purge: false });
    assert.equal(kept.length, 1);
    const again = await fixture.up(folder);
    assert.notEqual(again.row.container, row.container);
    assert.equal(await run(again.row, 'sh', '-c', 'cat ~/note'), 'kept');
  });

  it('says that the container is stale when the template changes, and --rebuild makes the next generation', async () => {
    const folder = await fixture.folder('changing', '  environment: { COLOUR: red }\n');
    const first = await fixture.up(folder);
    await run(first.row, 'sh', '-c', 'echo kept > ~/note');
    await fixture.writeTemplate(folder, '  environment: { COLOUR: blue }\n');
    const second = await fixture.up(folder);
    assert.equal(second.row.container, first.row.container);
    assert.deepEqual(
      second.row.stale.map((reason) => reason.code),
      ['template_changed'],
    );
    assert.match(second.row.detail, /environment\.COLOUR/);
    const third = await fixture.up(folder, { rebuild: true });
    assert.notEqual(third.row.container, first.row.container);
    assert.equal(third.row.generation, 2);
    assert.deepEqual(third.row.stale, []);
    assert.equal(await run(third.row, 'sh', '-c', 'echo $COLOUR; cat ~/note'), 'blue\nkept');
  });

  it('runs post_create once, and after a failure goes on at the command that failed', async () => {
    const folder = await fixture.folder(
      'hooked',
      '  post_create: ["echo one >> log", "test -e go && echo two >> log", "echo three >> log"]\n',
    );
    await assert.rejects(fixture.up(folder), failsWith('post_create_failed'));
    assert.equal(await readFile(join(folder, 'log'), 'utf8'), 'one\n');
    await writeFile(join(folder, 'go'), '');
    await fixture.up(folder);
    await fixture.up(folder);
    assert.equal(await readFile(join(folder, 'log'), 'utf8'), 'one\ntwo\nthree\n');
  });

  it('finishes what a crash between create and start left', async () => {
    const folder = await fixture.folder('crashed');
    const { row } = await fixture.up(folder);
    const engine = await fixture.core.engine.get();
    await engine.stopContainer(row.container!, 5);
    await engine.renameContainer(row.container!, containerName(row.name, row.id, 'prev'));
    const again = await fixture.up(folder);
    assert.equal(again.row.container, row.container);
    assert.equal(again.row.containerName, containerName(row.name, row.id));
    assert.equal(again.row.state, 'running');
  });

  it('leaves a stranger’s container of the same name alone', async () => {
    const folder = await fixture.folder('stranger');
    const { name, id } = await fixture.core.projects.identify(folder);
    const engine = await fixture.core.engine.get();
    const { row } = await fixture.up(await fixture.folder('lender'));
    const lender = await engine.inspectContainer(row.container!);
    const stranger = await engine.createContainer({
      name: containerName(name, id),
      hostname: 'x',
      image: lender!.image,
      labels: {},
      environment: {},
      command: ['sleep', 'infinity'],
      user: 'root',
      workdir: '/',
      mounts: [],
      capAdd: [],
      noNewPrivileges: true,
      readOnlyRoot: false,
      seccomp: 'default',
      network: 'none',
      limits: { cpus: null, memoryBytes: null, pids: null, shmBytes: 64 * 2 ** 20, nofile: 1024, gpus: 'none' },
      restartAttempts: 0,
    });
    try {
      await assert.rejects(fixture.up(folder), failsWith('container_conflict'));
      assert.equal((await engine.inspectContainer(stranger))?.id, stranger);
    } finally {
      await engine.removeContainer(stranger, { force: true });
      // The home volume was made before the conflict showed; it waits for the next up.
      await fixture.core.projects.remove(await fixture.core.projects.find(folder, '/'), { purge: true });
    }
  });

  it('keeps two folders of one name apart, and names that need quoting harmless', async () => {
    const names = ['a/twin', 'b/twin', 'it\'s "$(touch pwned)" & ünï\nline'];
    const folders = [];
    for (const name of names) folders.push(await fixture.folder(name));
    const rows = [];
    for (const folder of folders) rows.push((await fixture.up(folder)).row);
    assert.equal(new Set(rows.map((row) => row.container)).size, 3);
    for (const [index, row] of rows.entries()) {
      await run(row, 'sh', '-c', `echo ${index} > mark`);
      assert.equal(await readFile(join(folders[index]!, 'mark'), 'utf8'), `${index}\n`);
    }
    await assert.rejects(fixture.core.projects.find('twin', '/'), failsWith('project_ambiguous'));
    await assert.rejects(stat(join(folders[2]!, 'pwned')));
  });

  it('builds and runs nothing for a folder that is not trusted', async () => {
    const folder = await fixture.folder('untrusted');
    await assert.rejects(fixture.up(folder, { trusted: false }), failsWith('workspace_untrusted'));
    const { id } = await fixture.core.projects.identify(folder);
    assert.ok(!(await fixture.core.projects.refresh()).rows.some((row) => row.id === id));
  });

  it('follows a folder that moved, around the same home', async () => {
    const folder = await fixture.folder('moving');
    const { row } = await fixture.up(folder);
    await run(row, 'sh', '-c', 'echo kept > ~/note');
    const target = join(fixture.dir, 'work', 'moved');
    await rename(folder, target);
    const gone = (await fixture.core.projects.refresh()).rows.find((each) => each.id === row.id);
    assert.deepEqual(
      gone?.stale.map((reason) => reason.code),
      ['folder_moved'],
    );
    await fixture.core.projects.relink(row, target);
    const again = await fixture.up(target);
    assert.equal(again.row.id, row.id);
    assert.equal(again.row.name, 'moving');
    assert.equal(await run(again.row, 'sh', '-c', 'cat ~/note; test -e berth.yaml && echo here'), 'kept\nhere');
    await mkdir(folder);
    assert.notEqual((await fixture.core.projects.identify(folder)).id, row.id);
  });

  it('removes volumes only when told to, and names them before', async () => {
    const { row } = await fixture.up(await fixture.folder('purged'));
    const plan = await fixture.core.projects.planRemove(row);
    assert.deepEqual(
      plan.volumes.map((volume) => volume.purpose),
      ['the home folder'],
    );
    assert.deepEqual(await fixture.core.projects.remove(row, { purge: true }), []);
    const engine = await fixture.core.engine.get();
    assert.deepEqual(await engine.listVolumes({ labels: { [labels.project]: row.id } }), []);
    await assert.rejects(fixture.core.projects.find(row.folder, '/'), failsWith('project_not_found'));
  });
});
