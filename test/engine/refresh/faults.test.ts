import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core } from '../../../src/core';
import { noProgress } from '../../../src/core/log';
import type { ProgressEvent } from '../../../src/core/log';
import { labels } from '../../../src/core/model';
import type { ProjectRow } from '../../../src/core/model';
import { Fixture } from '../projects/fixture';
import { ageLocks, bundleChild, forkChild, isWhole, plant, secretSpec } from './bed';
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
    const folder = await fixture.folder('cut', `  post_create: ["echo made >> ~/made"]\n${secretSpec}`);
    ({ row } = await fixture.up(folder));
    await plant(fixture.core, row);
  });
  after(async () => {
    core.dispose();
    await faulty.close();
    await fixture.dispose();
    await rm(dir, { recursive: true });
  });

  const refresh = (by: Core) => by.projects.refreshContainer(row, { now: true }, noProgress);
  /** The container in use now. */
  const inUse = async () => (await fixture.core.projects.find(row.folder, '/')).container;
  async function wholeAfter(what: string, containers: readonly (string | null)[]): Promise<void> {
    await isWhole(fixture.core, row, containers).catch((error: unknown) => {
      throw new Error(`after ${what}: ${String(error)}`, { cause: error });
    });
  }

  let steps: readonly string[] = [];
  it('is first done whole, to know its steps', async () => {
    const before = await inUse();
    faulty.cutAfter(Infinity);
    await refresh(core);
    steps = [...faulty.changes];
    assert.deepEqual(steps.filter((step) => step.endsWith('rename')).length, 2, steps.join(', '));
    await wholeAfter('all', [before]);
  });

  it('by an engine that goes away at any step: the next look finishes or undoes it, and nothing is lost', async () => {
    for (const [at, step] of steps.entries()) {
      const before = await inUse();
      faulty.cutAfter(at);
      await assert.rejects(refresh(core), `cut at ${step}`);
      assert.ok(faulty.mend(), `${step} was not reached`);
      await wholeAfter(`a cut at ${at + 1}, ${step}`, [before]);
    }
  });

  it('as a rollback is: whatever step the engine goes away at, one of both is the project’s again', async () => {
    await refresh(fixture.core);
    faulty.cutAfter(Infinity);
    await core.projects.rollback(row);
    const ofRollback = [...faulty.changes];
    assert.ok(ofRollback.length >= 4, ofRollback.join(', '));
    for (const [at, step] of ofRollback.entries()) {
      const before = await inUse();
      await refresh(fixture.core);
      const both = [before, await inUse()];
      faulty.cutAfter(at);
      await assert.rejects(core.projects.rollback(row), `cut at ${step}`);
      assert.ok(faulty.mend(), `${step} was not reached`);
      // One that was stopped and no more is a stopped one, to be started by who wants it.
      await fixture.up(row.folder);
      await wholeAfter(`a cut at ${at + 1} of a rollback, ${step}`, both);
    }
  });

  it('by a clock that jumps by a day in the switch, while another waits to refresh: one of both is done, nothing is lost', async () => {
    const before = await inUse();
    const { now } = Date;
    let all = false;
    const jump = (event: ProgressEvent): void => {
      if (event.kind === 'step' && event.step === 'start') Date.now = () => now() + 86_400_000;
    };
    try {
      const first = core.projects.refreshContainer(row, { now: true }, jump);
      const done = await Promise.allSettled([first, refresh(fixture.core)]);
      all = done.every(({ status }) => status === 'fulfilled');
      assert.ok(done.some(({ status }) => status === 'fulfilled'));
    } finally {
      Date.now = now;
    }
    await ageLocks(fixture.core);
    await wholeAfter('a jump', all ? [] : [before]);
  });

  it('by a stream of events that is cut: who watches knows the new container once it is back', async () => {
    const watched = new AbortController();
    core.projects.watch(watched.signal);
    const seen = (fits: (container: string | null) => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (fits(core.projects.snapshot.rows.find(({ id }) => id === row.id)?.container ?? null)) resolve();
        };
        core.projects.onDidChange(look);
        look();
      });
    const before = await inUse();
    await seen((container) => container === before);
    faulty.silence();
    const { row: fresh } = await refresh(fixture.core);
    faulty.mend();
    await seen((container) => container === fresh.container);
    watched.abort();
    await wholeAfter('a cut stream', [before]);
  });

  describe('by the death of its process', () => {
    let program: string;
    before(() => (program = bundleChild(dir)));
    /** Kills a process that refreshes or rolls back at one of its steps. */
    async function killAt(verb: 'refresh' | 'rollback', at: number): Promise<void> {
      const child = forkChild(program, fixture, faulty.url, verb, row.folder);
      const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      faulty.haltAfter(at, () => child.kill('SIGKILL'));
      assert.equal(await ended, 'SIGKILL', `step ${at + 1} was not reached`);
      faulty.mend();
      await ageLocks(fixture.core);
    }

    it('at any step: whoever connects next puts it right, and nothing is lost', async () => {
      for (const [at, step] of steps.entries()) {
        const before = await inUse();
        await killAt('refresh', at);
        await wholeAfter(`a kill at ${at + 1}, ${step}`, [before]);
      }
    });

    it('half-way in a rollback: likewise', async () => {
      const before = await inUse();
      await refresh(fixture.core);
      const both = [before, await inUse()];
      // The one in use is stopped and put aside, and nothing has its name.
      await killAt('rollback', 2);
      await wholeAfter('a kill', both);
    });

    it('which is nothing to two others that refresh at the same time', async () => {
      const before = await inUse();
      const child = forkChild(program, fixture, faulty.url, 'refresh', row.folder);
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const results = await Promise.all([refresh(core), refresh(fixture.core)]);
      assert.equal(await ended, 0);
      assert.equal(new Set([before, ...results.map((one) => one.row.container)]).size, 3);
      await wholeAfter('three at once', []);
    });
  });

  describe('and is left alone', () => {
    it('leaves no canary behind for longer than until the next one', async () => {
      await refresh(core);
      const engine = await fixture.core.engine.get();
      const canary = { [labels.project]: row.id, [labels.kind]: 'canary' };
      assert.deepEqual(await engine.listContainers({ labels: canary }), []);
      // Nor where the project is removed before there is a next one.
      faulty.cutAfter(steps.findIndex((step) => step.endsWith('/start')));
      await assert.rejects(refresh(core));
      faulty.mend();
      assert.equal((await engine.listContainers({ labels: canary })).length, 1);
      await fixture.core.projects.remove(row, { purge: true });
      assert.deepEqual(await engine.listContainers({ labels: { [labels.project]: row.id } }), []);
    });
  });
});
