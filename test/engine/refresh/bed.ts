import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Core } from '../../../src/core';
import { noProgress } from '../../../src/core/log';
import type { ProjectRow } from '../../../src/core/model';
import { containersByRole } from '../../../src/core/refresh/former';
import { installation, type Fixture } from '../projects/fixture';
import { bundleProgram } from '../../harness/program';

/** In a template: a secret that every fault has to leave where it was. */
export const secretSpec = '  secrets: { TOKEN: { from: "command:printf hush" } }\n';

/** Runs a line of shell in a project's container, by whatever road there is. */
export async function sh(core: Core, row: ProjectRow, line: string): Promise<string> {
  const command = await (await core.projects.runner(row)).run({ argv: ['/bin/sh', '-c', line] });
  command.stderr.resume();
  const output = await text(command.stdout);
  await command.exit;
  return output.trim();
}

/** Puts what must not be lost into a project: a file in its workspace, and one that is persisted. */
export async function plant(core: Core, row: ProjectRow): Promise<void> {
  await sh(core, row, 'echo kept > ~/note; echo here > note');
}

/**
 * What was planted is there, and the secret, and so is each of the containers that may not be lost: in use, or as one to
 * go back to. One container is the project's and runs, and nothing half-done is left.
 */
export async function isWhole(core: Core, project: ProjectRow, containers: readonly (string | null)[]): Promise<void> {
  const row = await core.projects.find(project.folder, '/');
  assert.equal(await sh(core, row, 'cat ~/note note; echo $TOKEN'), 'kept\nhere\nhush');
  assert.equal(await readFile(join(row.folder, 'note'), 'utf8'), 'here\n');
  const engine = await core.engine.get();
  const { row: now } = await core.projects.up(row.folder, {}, noProgress);
  assert.equal(now.state, 'running');
  const { current, next, prev, undo } = await containersByRole(engine, await core.home.owner(), now);
  assert.deepEqual([current?.id, next], [now.container, undefined]);
  const there = [current?.id, prev?.id, undo?.id];
  for (const container of containers) {
    assert.ok(container !== null && there.includes(container), `${container} is gone; there are ${there.join(', ')}`);
  }
}

/** Bundles the program that refreshes, so that many processes of it start fast. @returns its file */
export function bundleChild(dir: string): string {
  return bundleProgram(join(dir, 'refresh-child.cjs'), { entryPoints: [join(__dirname, 'refresh-child.ts')] });
}

/** A process of its own, as an extension host is one, that works on a project. */
export function forkChild(
  file: string,
  fixture: Fixture,
  engine: string,
  verb: 'refresh' | 'rollback',
  folder: string,
): ChildProcess {
  return fork(file, [join(fixture.dir, 'home'), engine, installation, verb, folder], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Lets the ten seconds be over after which a lock that nobody touches is taken for a dead process's. */
export async function ageLocks(core: Core): Promise<void> {
  const { locksDir } = core.home;
  const long = new Date(Date.now() - 60_000);
  for (const name of await readdir(locksDir)) {
    if (name.endsWith('.lock')) await utimes(join(locksDir, name), long, long);
  }
}
