import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fixture } from './fixture';
import type { LifecycleStep, ProjectRow } from '../../../src/core/model';

describe('Commands of a container’s life', function () {
  this.timeout(60_000);
  let fixture: Fixture;
  before(async () => (fixture = await Fixture.create()));
  after(() => fixture.dispose());

  const steps = async (row: ProjectRow): Promise<readonly LifecycleStep[]> =>
    (await fixture.core.projects.detail(row)).steps;
  const rowOf = async (folder: string): Promise<ProjectRow> => fixture.core.projects.find(folder, '/');
  const failsWith = (code: string) => (error: unknown) =>
    error instanceof Error && 'code' in error && error.code === code;

  it('keeps how each went: status, time, exit code, last words; and a failed one marks the row until it succeeds', async () => {
    const folder = await fixture.folder(
      'steps',
      '  post_create: ["echo one >> log", "echo why; echo because >&2; test -e go", "echo three >> log"]\n',
    );
    await assert.rejects(fixture.up(folder), failsWith('post_create_failed'));
    const row = await rowOf(folder);
    assert.deepEqual([row.state, row.health], ['running', 'degraded']);
    assert.equal(row.detail, 'post_create 2 of 3 failed: exit code 1');
    const went = await steps(row);
    assert.deepEqual(row.setup, went);
    assert.deepEqual(
      went.map(({ phase, index, of, state, exitCode }) => [phase, index, of, state, exitCode]),
      [
        ['post_create', 1, 3, 'done', 0],
        ['post_create', 2, 3, 'failed', 1],
        ['post_create', 3, 3, 'waiting', null],
      ],
    );
    assert.deepEqual(went[1]?.output.split('\n').sort(), ['because', 'why']);
    assert.ok((went[1].ms ?? -1) >= 0 && Date.parse(went[1].at ?? '') > 0);
    const runner = await fixture.core.projects.runner(row);
    const command = await runner.run({ argv: ['true'] });
    assert.equal((await command.exit).code, 0, 'the container can be used');

    await writeFile(join(folder, 'go'), '');
    const again = await fixture.up(folder);
    assert.deepEqual([again.row.health, again.row.setup], ['healthy', []]);
    assert.equal(await readFile(join(folder, 'log'), 'utf8'), 'one\nthree\n');
    assert.ok((await steps(again.row)).every(({ state }) => state === 'done'));
  });

  it('runs post_start at each start, by whichever verb, and not between', async () => {
    const folder = await fixture.folder(
      'starts',
      '  post_create: ["echo made >> log"]\n  post_start: ["echo up >> log"]\n',
    );
    const log = async (): Promise<string> => readFile(join(folder, 'log'), 'utf8');
    const { row } = await fixture.up(folder);
    assert.equal((await fixture.up(folder)).reused, true);
    assert.equal(await log(), 'made\nup\n');
    await fixture.core.projects.restart(row);
    assert.equal(await log(), 'made\nup\nup\n');
    await fixture.core.projects.stop(row);
    await fixture.core.projects.start(row);
    await fixture.core.projects.start(row);
    assert.equal(await log(), 'made\nup\nup\nup\n');
    await fixture.core.projects.stop(row);
    await fixture.up(folder);
    assert.equal(await log(), 'made\nup\nup\nup\nup\n');
    // Somebody else started it, by the engine: the next up sees to it.
    const engine = await fixture.core.engine.get();
    await engine.restartContainer(row.container!, 5);
    await fixture.up(folder);
    assert.equal(await log(), 'made\nup\nup\nup\nup\nup\n');
  });

  it('goes on at the command of post_start that failed, and does not take it for done', async () => {
    const folder = await fixture.folder(
      'failing',
      '  post_start: ["echo first >> log", "test -e go", "echo last >> log"]\n',
    );
    await assert.rejects(fixture.up(folder), failsWith('post_start_failed'));
    assert.equal((await rowOf(folder)).detail, 'post_start 2 of 3 failed: exit code 1');
    await assert.rejects(fixture.up(folder), failsWith('post_start_failed'));
    await writeFile(join(folder, 'go'), '');
    assert.equal((await fixture.up(folder)).row.health, 'healthy');
    assert.equal(await readFile(join(folder, 'log'), 'utf8'), 'first\nlast\n');
  });

  it('one that was cancelled did not fail, and is run again', async () => {
    const folder = await fixture.folder('cancelled', '  post_create: ["echo begun; test -e go || sleep 60"]\n');
    const stop = new AbortController();
    const up = fixture.core.projects.up(
      folder,
      {},
      (event) => {
        if (event.kind === 'line' && event.text === 'begun') stop.abort();
      },
      stop.signal,
    );
    await assert.rejects(up, { name: 'AbortError' });
    const row = await rowOf(folder);
    assert.equal(row.health, 'healthy');
    assert.deepEqual(
      (await steps(row)).map(({ state }) => state),
      ['waiting'],
    );
    await writeFile(join(folder, 'go'), '');
    await fixture.up(folder);
    assert.deepEqual(
      (await steps(row)).map(({ state }) => state),
      ['done'],
    );
  });
});
