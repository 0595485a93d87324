import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { createEngineConnection } from '../../../src/core/engine';
import type { Engine, EngineConnection } from '../../../src/core/engine/types';
import { silentLogger } from '../../../src/core/log';
import type { ProjectRow } from '../../../src/core/model';
import { fillerSpec, serversFolder, serversLabels, serversVolume } from '../../../src/core/servers/volume';
import { Fixture } from '../projects/fixture';
import { runIn } from '../storage/run-in';
import { Maker } from './maker';

const commitOf = (digit: number): string => String(digit).repeat(40);

describe('servers: editors’ servers shared between projects', function () {
  this.timeout(90_000);
  const maker = new Maker();
  let fixture: Fixture;
  let connection: EngineConnection;
  let engine: Engine;
  let owner: string;
  let first: ProjectRow;
  let second: ProjectRow;

  before(async () => {
    await maker.start();
    fixture = await Fixture.create();
    connection = createEngineConnection({ env: process.env, log: silentLogger });
    engine = await connection.get();
    owner = await fixture.core.home.owner();
    await fixture.core.editorServers.prepare();
    ({ row: first } = await fixture.up(await fixture.folder('first')));
    ({ row: second } = await fixture.up(await fixture.folder('second', '  security: { read_only_root: true }\n')));
  });
  after(async () => {
    maker.stop();
    await fixture.dispose();
    await engine.removeVolume(serversVolume(owner));
    connection.dispose();
  });

  const provide = async (row: ProjectRow, commit: string, core = fixture.core) => {
    const given = await core.editorServers.provide(row, await core.projects.runner(row), maker.release(commit));
    return { placed: given.placed, filled: await given.filled };
  };
  const inVolume = (): Promise<string> => runIn(fixture.core, first, `cd ${serversFolder} && find . -type f | sort`);

  it('come once, though two windows ask at once, and the next project has them with no download', async () => {
    const other = Fixture.coreAt(fixture.core.home.dir);
    try {
      const both = await Promise.all([provide(first, commitOf(1)), provide(first, commitOf(1), other)]);
      assert.deepEqual(
        both.map(({ placed }) => placed),
        ['absent', 'absent'],
      );
      assert.deepEqual(both.map(({ filled }) => filled).sort(), ['there', 'verified']);
    } finally {
      other.dispose();
    }
    assert.deepEqual(await provide(second, commitOf(1)), { placed: 'placed', filled: null });
    assert.deepEqual(await provide(second, commitOf(1)), { placed: 'there', filled: null });
    assert.deepEqual(maker.asked, [commitOf(1)]);
    const server = `~/.vscode-server/bin/${commitOf(1)}`;
    const newer = `~/.vscode-server/cli/servers/Stable-${commitOf(1)}/server`;
    const told = await runIn(
      fixture.core,
      second,
      `${server}/bin/code-server; ${newer}/bin/code-server; stat -c %U ${server}/out/again.js; wc -c <${server}/out/again.js; ls -A ~/.vscode-server/bin`,
    );
    const says = `server ${commitOf(1)}`;
    assert.equal(told, [says, says, 'dev', '300000', commitOf(1)].join('\n'));
  });

  it('cannot be written to by a project, not by its root either', async () => {
    const file = `${serversFolder}/.vscode-server/${commitOf(1)}/bin/code-server`;
    const writes = `echo x >${file}; rm ${file}; touch ${serversFolder}/x; mount -o remount,rw ${serversFolder}; true`;
    const runner = await engine.exec(second.container!, { argv: ['sh', '-c', writes], user: 'root', stdin: false });
    runner.stdout.resume();
    const said = (await buffer(runner.stderr)).toString('utf8').trim().split('\n');
    assert.equal(said.filter((line) => /Read-only|ermission denied/i.test(line)).length, 4, said.join('\n'));
    assert.equal(
      await runIn(fixture.core, second, `stat -c '%U %a' ${file}; sh ${file}`),
      `root 755\nserver ${commitOf(1)}`,
    );
  });

  it('leave nothing when a download is torn or not as published', async () => {
    const before = await inVolume();
    for (const fault of ['torn', 'digest'] as const) {
      maker.fault = fault;
      assert.deepEqual(await provide(first, commitOf(2)), { placed: 'absent', filled: null }, fault);
      assert.equal(await inVolume(), before, fault);
    }
    maker.fault = null;
    const left = await engine.listContainers({ labels: serversLabels(owner) });
    assert.deepEqual(left, [], 'no container is left of it');
  });

  it('are the newest three of an editor', async () => {
    for (const digit of [3, 4, 5]) assert.equal((await provide(first, commitOf(digit))).filled, 'verified');
    const whole = (await inVolume()).split('\n').filter((line) => line.endsWith('/bin/code-server'));
    assert.deepEqual(
      whole,
      [3, 4, 5].map((digit) => `./.vscode-server/${commitOf(digit)}/bin/code-server`),
    );
    // One that went can come again, in the place of what stands there for it.
    assert.equal((await provide(first, commitOf(1))).filled, 'verified');
    assert.equal((await provide(first, commitOf(1))).placed, 'placed');
  });

  it('are never what an image brings along', async () => {
    const tag = `berth-test-servers:${owner}`;
    const dockerfile = `FROM ${first.image}\nUSER root\nRUN mkdir -p ${serversFolder}/.vscode-server && touch ${serversFolder}/.vscode-server/planted\n`;
    const strange = `${owner}-planted`;
    await engine.buildImage(
      { tag, dockerfile, context: [], buildArgs: {}, labels: {}, noCache: false },
      () => undefined,
    );
    await engine.ensureVolume(serversVolume(strange), serversLabels(strange));
    const spec = fillerSpec(strange, tag);
    const id = await engine.createContainer({ ...spec, command: ['sleep', '60'] });
    try {
      await engine.startContainer(id);
      const tar = await buffer(await engine.readArchive(id, serversFolder));
      assert.ok(!tar.includes('planted'));
    } finally {
      await engine.removeContainer(id, { force: true });
      await engine.removeVolume(serversVolume(strange));
      await engine.removeImage(tag);
    }
  });
});
