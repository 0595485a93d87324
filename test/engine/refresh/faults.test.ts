import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Core } from '../../../src/core';
import { noProgress } from '../../../src/core/log';
import { labels } from '../../../src/core/model';
import type { ProjectRow } from '../../../src/core/model';
import { containersByRole } from '../../../src/core/refresh/former';
import { Fixture } from '../projects/fixture';
import { FaultyEngine } from './faulty-engine';

describe('a refresh that is cut short', () => {
  let fixture: Fixture;
  let dir: string;
  let faulty: FaultyEngine;
  /** Works by the road that can be cut; the fixture's own core looks on by another. */
  let core: Core;
  let row: ProjectRow;
  before(async () => {
    fixture = await Fixture.create();
    dir = await mkdtemp(join(tmpdir(), 'berth-faults-'));
    faulty = await FaultyEngine.open(dir);
    core = Fixture.coreAt(join(fixture.dir, 'home'), faulty.url);
    const folder = await fixture.folder('cut', '  post_create: ["echo made >> ~/made"]\n');
    ({ row } = await fixture.up(folder));
    await sh('echo kept > ~/note; echo here > note');
  });
  after(async () => {
    core.dispose();
    await faulty.close();
    await fixture.dispose();
    await rm(dir, { recursive: true });
  });

  async function sh(line: string): Promise<string> {
    const now = await fixture.core.projects.find(row.folder, '/');
    const command = await (await fixture.core.projects.runner(now)).run({ argv: ['/bin/sh', '-c', line] });
    command.stderr.resume();
    const output = await text(command.stdout);
    await command.exit;
    return output.trim();
  }
  /** Nothing is lost, one container is the project's, and nothing half-done is left. */
  async function isWhole(): Promise<void> {
    const { row: now } = await fixture.up(row.folder);
    assert.equal(now.state, 'running');
    assert.equal(await sh('cat ~/note note'), 'kept\nhere');
    assert.equal(await readFile(join(row.folder, 'note'), 'utf8'), 'here\n');
    const engine = await fixture.core.engine.get();
    const owner = await fixture.core.home.owner();
    const { current, next } = await containersByRole(engine, owner, now);
    assert.deepEqual([current?.id, next], [now.container, undefined]);
  }

  let steps: readonly string[] = [];
  it('is first done whole, to know its steps', async () => {
    faulty.cutAfter(Infinity);
    await core.projects.refreshContainer(row, { now: true }, noProgress);
    steps = [...faulty.changes];
    assert.deepEqual(steps.filter((step) => step.endsWith('rename')).length, 2, steps.join(', '));
    await isWhole();
  });

  it('by an engine that goes away at any step: the next look finishes or undoes it, and nothing is lost', async () => {
    for (const [at, step] of steps.entries()) {
      faulty.cutAfter(at);
      await assert.rejects(core.projects.refreshContainer(row, { now: true }, noProgress), `cut at ${step}`);
      assert.ok(faulty.mend(), `${step} was not reached`);
      await isWhole().catch((error: unknown) => {
        throw new Error(`after a cut at ${at + 1}, ${step}: ${String(error)}`, { cause: error });
      });
    }
  });

  it('as a rollback is: whatever step the engine goes away at, one of both is the project’s again', async () => {
    await fixture.core.projects.refreshContainer(row, { now: true }, noProgress);
    faulty.cutAfter(Infinity);
    await core.projects.rollback(row);
    const ofRollback = [...faulty.changes];
    assert.ok(ofRollback.length >= 4, ofRollback.join(', '));
    for (const [at, step] of ofRollback.entries()) {
      await fixture.core.projects.refreshContainer(row, { now: true }, noProgress);
      faulty.cutAfter(at);
      await assert.rejects(core.projects.rollback(row), `cut at ${step}`);
      assert.ok(faulty.mend(), `${step} was not reached`);
      await isWhole();
    }
  });

  it('by the death of its process between stop and start: whoever connects next puts it right', async () => {
    const child = fork(join(__dirname, 'refresh-child.ts'), [join(fixture.dir, 'home'), faulty.url, row.folder], {
      execArgv: ['--import', 'tsx'],
    });
    const ended = once(child, 'exit');
    const stop = steps.findLastIndex((step) => step.endsWith('/stop'));
    faulty.cutAfter(stop + 2, () => child.kill('SIGKILL'));
    await ended;
    faulty.mend();
    // Not `up`: a plain command in a container that is being switched, as the Line and ssh-proxy would.
    const runner = await fixture.core.projects.runner(row);
    const command = await runner.run({ argv: ['cat', '/home/dev/note'] });
    assert.equal((await text(command.stdout)).trim(), 'kept');
    await isWhole();
  });

  it('leaves no canary behind for longer than until the next one', async () => {
    await core.projects.refreshContainer(row, { now: true }, noProgress);
    const engine = await fixture.core.engine.get();
    const canary = { [labels.project]: row.id, [labels.kind]: 'canary' };
    assert.deepEqual(await engine.listContainers({ labels: canary }), []);
    // Nor where the project is removed before there is a next one.
    faulty.cutAfter(steps.findIndex((step) => step.endsWith('/start')));
    await assert.rejects(core.projects.refreshContainer(row, { now: true }, noProgress));
    faulty.mend();
    assert.equal((await engine.listContainers({ labels: canary })).length, 1);
    await fixture.core.projects.remove(row, { purge: true });
    assert.deepEqual(await engine.listContainers({ labels: { [labels.project]: row.id } }), []);
  });
});
