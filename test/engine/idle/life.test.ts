import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { BerthError } from '../../../src/core/errors';
import type { ProjectRow } from '../../../src/core/model';
import { Fixture } from '../projects/fixture';

/** Stopped after 1.6 s without use, five looks a second, which cost more of the CPU than two a minute. */
const quick = '160 20 10 60';

describe('A container that stops when nobody uses it', function () {
  this.timeout(120_000);
  let fixture: Fixture;
  let folder: string;
  before(async () => {
    fixture = await Fixture.create();
    folder = await fixture.folder(
      'idle',
      `  idle: { stop_after: 1m }\n  environment: { BERTH_IDLE_TIMES: "${quick}" }\n  post_start: ["echo up >> log"]\n`,
    );
    fixture.core.projects.watch();
  });
  after(() => fixture.dispose());

  /** The row as the engine's events have it, once it fits. */
  const once = (fits: (row: ProjectRow) => boolean): Promise<ProjectRow> =>
    new Promise((resolve, reject) => {
      const { projects } = fixture.core;
      const late = setTimeout(() => reject(new Error(`never came: ${JSON.stringify(projects.snapshot.rows)}`)), 30_000);
      const look = (): void => {
        const row = projects.snapshot.rows.find((one) => one.folder === folder && fits(one));
        if (row === undefined) return;
        clearTimeout(late);
        watch.dispose();
        resolve(row);
      };
      const watch = projects.onDidChange(look);
      look();
    });
  const stopped = (): Promise<ProjectRow> => once(({ state, idleFor }) => state === 'stopped' && idleFor !== undefined);
  /** On a busy machine so quick a stop comes while `up` still sets it up. It is safe to repeat. */
  const up = async (attempts = 10): Promise<ProjectRow> => {
    try {
      return (await fixture.up(folder)).row;
    } catch (error) {
      if (attempts === 1 || !(error instanceof BerthError)) throw error;
      return up(attempts - 1);
    }
  };
  const startsSoFar = async (): Promise<number> =>
    (await readFile(join(folder, 'log'), 'utf8')).split('\n').filter((line) => line !== '').length;
  const says = async (row: ProjectRow, road: 'line' | 'engine', script: string): Promise<string> => {
    const command = await fixture.core.use(row, road).run({ argv: ['sh', '-c', script] });
    const [out, { code }] = await Promise.all([text(command.stdout), command.exit]);
    assert.equal(code, 0);
    return out.trim();
  };

  it('stops by itself, says why, and the next command starts it with all that each start needs', async () => {
    await up();
    const starts = await startsSoFar();
    const row = await stopped();
    assert.match(row.detail, /^idle for \d s$/);
    assert.equal((await fixture.core.projects.detail(row)).row.idleFor, row.idleFor);
    assert.equal(Number(await says(row, 'engine', 'cat log | wc -l')), starts + 1);
    assert.equal((await once(({ state }) => state === 'running')).detail, '');
  });

  it('is not stopped under a command, and none fails that starts around the very moment of a stop', async () => {
    await up();
    let row = await stopped();
    assert.equal(await says(row, 'line', 'sleep 2; echo done'), 'done');
    for (let wait = 1650; wait <= 2050; wait += 80) {
      row = await once(() => true);
      assert.equal(await says(row, wait % 160 === 0 ? 'engine' : 'line', 'echo here'), 'here', `after ${wait} ms`);
      await delay(wait);
    }
  });

  it('stays down where a person stopped it, and says nothing of idleness', async () => {
    const idling = await up();
    // What runs keeps it from being stopped for being idle before a person does it.
    const held = await fixture.core.use(idling, 'line').run({ argv: ['sleep', 'infinity'] });
    held.exit.catch(() => undefined);
    const row = await fixture.core.projects.stop(idling);
    assert.deepEqual([row.state, row.idleFor, row.detail], ['stopped', undefined, '']);
    await assert.rejects(
      fixture.core.use(row, 'engine').run({ argv: ['true'] }),
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'container_not_running',
    );
  });
});
