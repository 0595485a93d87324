import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { dial, dialLink, dialShell } from '../../../src/core/line/dial';
import { linkDialFolder, makeDialFolder, makeDialPipe, removeDialFolder } from '../../../src/core/line/dial-folder';
import { dialerFile } from '../../../src/core/line/dialer';
import { createLines } from '../../../src/core/line/lines';
import { makeNamedPipes } from '../../../src/core/line/named-pipes';
import type { LineTarget } from '../../../src/core/line/types';
import { answers, asking, LineBed } from './bed';

const outside = '/run/berth/outside';

describe('A connection by a socket', function () {
  this.timeout(60_000);
  let bed: LineBed;
  let target: LineTarget;

  before(async () => {
    bed = await LineBed.make();
    target = await bed.container({ dialled: true });
  });
  after(() => bed.dispose());

  /** Execs of the engine that are there for a command by a fresh Line. */
  const execsFor = async (to = target): Promise<number> => {
    const lines = createLines({ engine: bed.connection, home: bed.home });
    try {
      const running = await lines.get(to).run({ argv: ['echo', 'there'] });
      assert.equal((await text(running.stdout)).trim(), 'there');
      assert.equal((await running.exit).code, 0);
      return (await bed.engine.inspectContainer(to.containerId))!.execs;
    } finally {
      lines.dispose();
    }
  };
  /** By the engine, as whoever. */
  const run = async (user: string, script: string): Promise<{ readonly out: string; readonly code: number }> => {
    const running = await bed.engine.exec(target.containerId, { argv: ['sh', '-c', script], user, stdin: false });
    const [out, exit] = await Promise.all([text(running.stdout), running.exit, text(running.stderr)]);
    return { out, code: exit };
  };
  const folder = (): string => join(bed.home.dialDir, target.projectId);

  it('takes no process of the engine’s, and its sshd hangs below the dialer', async () => {
    assert.equal(await execsFor(), 0);
    const lines = createLines({ engine: bed.connection, home: bed.home, session: asking });
    try {
      await lines.get(target).connect();
      const processes = await bed.engine.containerProcesses(target.containerId);
      const dialer = processes.find(({ command }) => command === 'berth-dial');
      assert.ok(processes.some(({ command, parent }) => command.startsWith('sshd: dev') && parent === dialer?.pid));
    } finally {
      lines.dispose();
    }
  });

  it('leaves nothing in the folder but the pipe and the dialer', async () => {
    await execsFor();
    // A call that was under way when its Line was let go of is over as soon as it has been answered.
    let names: string[];
    do {
      await delay(10);
      names = (await readdir(folder())).filter((name) => name !== dialerFile);
    } while (names.length !== 1);
    assert.ok((await stat(join(folder(), names[0]!))).isFIFO());
    assert.equal((await stat(folder())).mode & 0o777, 0o700);
  });

  it('is no way for anybody else in the container: the folder is out of reach, and root itself writes nothing there', async () => {
    assert.notEqual((await run('dev', `ls ${outside}/dial`)).code, 0);
    assert.notEqual((await run('dev', `echo 0123456789ab >${outside}/dial/*`)).code, 0);
    assert.notEqual((await run('root', `touch ${outside}/dial/new`)).code, 0);
    assert.notEqual((await run('root', `rm -f ${outside}/dial/${dialerFile}`)).code, 0);
    assert.equal((await run('root', `ls ${outside}/dial`)).code, 0);
  });

  it('passes over what is no name of a socket, or of one that nobody waits at', async () => {
    const pipe = (await readdir(folder())).find((name) => name !== dialerFile)!;
    await writeFile(join(folder(), pipe), 'x\n../../../etc/passwd\n\n0123456789ab\n' + 'y'.repeat(3_000) + '\n');
    assert.equal(await execsFor(), 0);
  });

  it('goes by the engine where the one who hears does not answer, and where nobody hears', async () => {
    const other = await bed.container({ dialled: true });
    const signal = (name: string) =>
      bed.engine
        .exec(other.containerId, { argv: ['pkill', `-${name}`, '-x', 'berth-dial'], user: 'root', stdin: false })
        .then((running) => running.exit);
    await signal('STOP');
    assert.ok((await execsFor(other)) > 0);
    await signal('KILL');
    assert.ok((await execsFor(other)) > 0);
    assert.equal(await dial(bed.home, other.containerId), null);
  });

  it('is there again after a restart, and the container starts without the folder too', async () => {
    const other = await bed.container({ dialled: true });
    await bed.engine.restartContainer(other.containerId, 1);
    await answers(bed.home, other.containerId);
    assert.equal(await execsFor(other), 0);
    await bed.engine.stopContainer(other.containerId, 1);
    await rm(join(bed.home.dialDir, other.projectId), { recursive: true });
    await bed.engine.startContainer(other.containerId);
    assert.ok((await execsFor(other)) > 0);
    await rm(join(bed.home.dialDir, other.projectId), { recursive: true });
    await bed.engine.restartContainer(other.containerId, 1);
    assert.ok((await execsFor(other)) > 0);
  });

  it('tells what a connection says on its way, as exec does', async () => {
    const other = await bed.container({ dialled: true });
    const shell = await dialShell(bed.home, other.containerId);
    const script = 'echo said >&2; cat';
    shell!.stream.end(`${Buffer.byteLength(script)}\n${script}heard`);
    assert.equal(await text(shell!.stream), 'heard');
    await shell!.exit;
    assert.equal(shell!.stderr(), 'said\n');
    shell!.stream.destroy();
  });

  it('is given up where a folder that stands in the way makes its socket impossible', async () => {
    const other = await bed.container({ dialled: true });
    await rm(dialLink(bed.home.dialDir, other.containerId));
    assert.equal(await dial(bed.home, other.containerId), null);
    await symlink('nowhere/0123456789ab', dialLink(bed.home.dialDir, other.containerId));
    assert.ok((await execsFor(other)) > 0);
  });

  it('has folders that are cleared of containers that are gone, and of all when the project goes', async () => {
    const projectId = 'abcdefabcdef';
    const gone = (await makeDialFolder(bed.engine, bed.home, projectId))!;
    await makeDialPipe({ dial: gone });
    await linkDialFolder(bed.home, { dial: gone }, 'f'.repeat(64));
    const live = await bed.container({ dialled: true, projectId });
    const left = (await makeDialFolder(bed.engine, bed.home, projectId))!;
    await makeDialPipe({ dial: left });
    const names = await readdir(left.folder);
    assert.deepEqual([names.includes(gone.pipe), names.includes(left.pipe), names.length], [false, true, 3]);
    assert.equal(await execsFor(live), 0);
    await removeDialFolder(bed.home, projectId);
    const folders = await readdir(bed.home.dialDir);
    const links = [live.containerId, 'f'.repeat(64)].map((id) => basename(dialLink(bed.home.dialDir, id)));
    assert.deepEqual(
      [projectId, ...links].filter((name) => folders.includes(name)),
      [],
    );
  });

  it('clears away what a process left that was killed while it called, and nothing of a call or a container', async () => {
    const projectId = 'fedcbafedcba';
    await bed.container({ dialled: true, projectId });
    const of = join(bed.home.dialDir, projectId);
    const [own = ''] = (await readdir(of)).filter((name) => name !== dialerFile);
    const [left, wanted] = [await makeNamedPipes(of), await makeNamedPipes(of)];
    const servers = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'].map((name) => createServer().listen(join(of, name)));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    const old = new Date(Date.now() - 2 * 3_600_000);
    for (const name of ['aaaaaaaaaaaa', own, ...left.names]) await utimes(join(of, name), old, old);
    await makeDialFolder(bed.engine, bed.home, projectId);
    const names = await readdir(of);
    servers.forEach((server) => server.close());
    await Promise.all([left, wanted].map((pipes) => pipes.discard()));
    assert.deepEqual(names.sort(), ['bbbbbbbbbbbb', dialerFile, own, ...wanted.names].sort());
    assert.equal((await readdir(of)).length, 2);
  });

  it('is not asked of an engine elsewhere, nor of a home whose path is too long for a socket', async () => {
    const elsewhere = { ...bed.engine, info: { ...bed.engine.info, local: false } };
    assert.equal(await makeDialFolder(elsewhere, bed.home, 'abcdefabcdef'), null);
    const dialDir = join(bed.dir, 'x'.repeat(90));
    assert.equal(await makeDialFolder(bed.engine, { dialDir }, 'abcdefabcdef'), null);
  });

  it('ends in a socket that has gone, where who called did not wait', async () => {
    const pipe = (await readdir(folder())).find((name) => name !== dialerFile)!;
    const server: Server = createServer((socket) => socket.destroy());
    const name = 'abcdef012345';
    const come = new Promise<void>((resolve) => void server.once('connection', () => resolve()));
    await new Promise<void>((resolve) => void server.listen(join(folder(), name), resolve));
    await writeFile(join(folder(), pipe), `${name}\n`);
    await come;
    server.close();
    assert.equal(await execsFor(), 0);
  });
});
