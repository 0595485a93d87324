import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Core } from '../../../src/core';
import type { ContainerProcess, Engine } from '../../../src/core/engine/types';
import type { HealthReason, ProjectRow } from '../../../src/core/model';
import { Fixture } from './fixture';

const run = promisify(execFile);

describe('health', () => {
  let fixture: Fixture;
  let core: Core;
  let engine: Engine;
  let folder: string;
  let first: ProjectRow;
  before(async () => {
    fixture = await Fixture.create();
    core = fixture.core;
    folder = await fixture.folder('watched', '  resources: { memory: 64m }\n');
    ({ row: first } = await fixture.up(folder));
    engine = await core.engine.get();
    core.projects.watch();
    core.health.watch();
  });
  after(() => fixture.dispose());

  /** Resolves with the project's row as soon as it fits. */
  const until = (fits: (row: ProjectRow) => boolean): Promise<ProjectRow> =>
    new Promise((resolve) => {
      const look = (): boolean => {
        const row = core.projects.snapshot.rows.find(({ id }) => id === first.id);
        if (row === undefined || !fits(row)) return false;
        resolve(row);
        return true;
      };
      if (look()) return;
      const subscription = core.projects.onDidChange(() => look() && subscription.dispose());
    });
  const messages = (row: ProjectRow): string[] => row.reasons.map(({ code, message }) => `${code}: ${message}`);
  const journal = async (kind: string) =>
    (await core.journal.read({ project: first.id })).filter((entry) => entry.kind === kind);
  /** Uses more memory than there is. */
  const eat = async (): Promise<void> => {
    const runner = await core.projects.runner(first);
    await (
      await runner.run({ argv: ['tail', '/dev/zero'] })
    ).exit;
  };
  const againFor =
    (times: number) =>
    ({ code, message }: HealthReason): boolean =>
      code === 'restarted' && message.includes(`(${times}×)`);
  /** Kills the container's first process, and resolves to how often the engine will have started it by then. */
  const end = async (): Promise<number> => {
    for (;;) {
      const [one] = await engine.containerProcesses(first.container ?? '');
      const container = await engine.inspectContainer(first.container ?? '');
      // A process number of 0 would stand for this test's own group.
      if (one === undefined || one.pid < 2 || container?.state !== 'running') continue;
      await run('kill', ['-9', String(one.pid)]);
      return container.restartCount + 1;
    }
  };

  it('is probed by one command that tells all facts, without the page cache, and only while it runs', async () => {
    const reading = await core.health.look(first);
    assert.ok(reading?.usage != null);
    const { usage, failing } = reading;
    assert.deepEqual(failing, {});
    assert.ok(usage.memoryBytes > 0 && usage.memoryBytes < 64 * 2 ** 20, String(usage.memoryBytes));
    assert.ok((usage.diskPercent ?? -1) > 0 && usage.pids > 0);
    assert.equal((await until(({ use }) => use !== null)).health, 'healthy');
  });

  it('tells in a row and once in the journal that the engine started it again after a kill of its first process', async () => {
    await until(({ state }) => state === 'running' && core.health.isMonitor);
    const began = performance.now();
    await end();
    const row = await until(({ reasons }) => reasons.some(({ code }) => code === 'restarted'));
    const took = performance.now() - began;
    assert.deepEqual(
      [row.state, row.health, messages(row)],
      ['running', 'degraded', ['restarted: crashed and was started again: exit code 137']],
    );
    assert.ok(took < 10_000, `${took} ms`);
    const told = await journal('recovered');
    assert.deepEqual(
      told.map(({ actor, cause }) => [actor, cause]),
      [['monitor', 'exit code 137; the engine started it again']],
    );
  });

  it('connects a Line anew whose other end hangs', async () => {
    const line = await core.projects.line(first);
    // Two wait in the calm after a command, each with one that it has forked before; one that came later would not hang. Of a
    // container that started just now, which does not connect by itself yet, the Line is sshd's: that has to hang too.
    let servers: readonly ContainerProcess[];
    do {
      const command = await line.run({ argv: ['true'] });
      await command.exit;
      servers = (await engine.containerProcesses(first.container ?? '')).filter(({ command: called }) =>
        /^sshd: | berth-waits$/.test(called),
      );
    } while (servers.filter(({ command }) => command.endsWith(' berth-waits')).length < 4);
    const signal = (name: string) => run('kill', [name, ...servers.map(({ pid: each }) => String(each))]);
    await signal('-STOP');
    try {
      const reading = await core.health.look(first);
      assert.deepEqual(reading?.failing, {});
      const again = await line.run({ argv: ['true'] });
      assert.equal((await again.exit).code, 0);
      assert.ok((await journal('healed')).length > 0);
    } finally {
      await signal('-KILL').catch(() => undefined);
    }
  });

  it('tells of a process that the kernel killed for want of memory, which ends nothing else', async () => {
    await eat();
    const row = await until(({ reasons }) => reasons.some(({ code }) => code === 'out_of_memory'));
    assert.ok(messages(row).includes('out_of_memory: a process was killed: out of memory'), String(messages(row)));
    await core.health.snooze(row, 'out_of_memory', 60_000);
    const off = await until(({ reasons }) => reasons.some(({ snoozed }) => snoozed !== null));
    assert.deepEqual([off.reasons.at(-1)?.code, off.detail], ['out_of_memory', row.reasons[1]?.message]);
  });

  it('says that it ran out of memory where the engine says so of its end, and how often it ended', async () => {
    const times = await end();
    const row = await until(({ reasons }) => reasons.some(againFor(times)));
    assert.equal(row.reasons[0]?.message, `crashed and was started again: out of memory (${times}×)`);
  });

  it('says that it stays down once the engine has tried as often as it may', async () => {
    for (let times = await end(); times <= 5; times = await end()) {
      await until(({ reasons }) => reasons.some(againFor(times)));
    }
    const row = await until(({ reasons }) => reasons.some(({ code }) => code === 'crashed'));
    assert.deepEqual(
      [row.state, row.health, row.detail],
      ['crashed', 'unhealthy', 'crashed: exit code 137 (6×); it stays down'],
    );
    const started = await core.projects.start(row);
    assert.equal(started.state, 'running');
    await until(({ reasons, state }) => state === 'running' && reasons.every(({ code }) => code !== 'restarted'));
    assert.deepEqual(
      (await journal('crashed')).map(({ cause }) => cause),
      ['crashed: exit code 137 (6×); it stays down'],
    );
  });
});
