import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { BerthError } from '../../../src/core/errors';
import { noProgress } from '../../../src/core/log';
import type { ProjectRow } from '../../../src/core/model';
import { Fixture } from './fixture';

const docker = async (args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', ['-H', process.env['BERTH_TEST_ENGINE'] ?? '', ...args])).stdout;

describe('volumes of a template', () => {
  let fixture: Fixture;
  let outside: string;
  before(async () => {
    fixture = await Fixture.create();
    outside = await realpath(await mkdtemp(join(tmpdir(), 'berth-outside-')));
    await writeFile(join(outside, 'note'), 'from outside');
    await chown(outside, 1000, 1000);
  });
  after(async () => {
    await fixture.dispose();
    await rm(outside, { recursive: true });
  });

  const run = async (row: ProjectRow, script: string): Promise<string> => {
    const runner = await fixture.core.projects.runner(row);
    const command = await runner.run({ argv: ['sh', '-c', script] });
    const [out, err] = await Promise.all([text(command.stdout), text(command.stderr)]);
    await command.exit;
    return (out + err).trim();
  };
  const volumes = (...entries: string[]) => `  volumes:\n${entries.map((entry) => `    - { ${entry} }\n`).join('')}`;
  const allow = (...paths: string[]) => `  security: { allow_host_paths: ${JSON.stringify(paths)} }\n`;

  /** What `up` says about a template that it refuses. */
  const refused = async (name: string, spec: string, prepare?: (folder: string) => Promise<void>) => {
    const folder = await fixture.folder(name, spec);
    await prepare?.(folder);
    const error: unknown = await fixture.up(folder).then(
      () => assert.fail('it came up'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof BerthError, String(error));
    const rows = (await fixture.core.projects.refresh()).rows;
    assert.ok(!rows.some((row) => row.folder === folder), 'a container was made');
    return error;
  };

  it('mounts folders and files of the project, one that is missing made as its owner’s, and read-only ones so', async () => {
    const folder = await fixture.folder(
      'mounted',
      volumes(
        'host: ./data, container: /data',
        'host: fixed, container: /fixed, mode: ro',
        'host: ./one.txt, container: /opt/one.txt',
        'host: ./shared, container: /workspace/below',
      ),
    );
    await mkdir(join(folder, 'fixed'));
    await writeFile(join(folder, 'one.txt'), 'a file');
    const { row, notices } = await fixture.up(folder);
    assert.ok(notices.some((notice) => notice.includes(`${folder}/data was not there`)));
    assert.equal(await run(row, 'echo hi > /data/x; cat /opt/one.txt; id -u'), 'a file1000');
    assert.equal(await readFile(join(folder, 'data', 'x'), 'utf8'), 'hi\n');
    assert.match(await run(row, 'touch /fixed/x'), /Read-only/);
    for (const made of ['data', 'shared', 'below']) assert.equal((await stat(join(folder, made))).uid, 1000, made);
  });

  it('resolves a path against the folder of the file that wrote it', async () => {
    const folder = await fixture.folder('inheriting');
    await mkdir(join(folder, 'deploy', 'seed'), { recursive: true });
    await writeFile(join(folder, 'deploy', 'seed', 'note'), 'beside the parent');
    const head = 'apiVersion: devcontainer/v1\nkind: Template\n';
    await writeFile(
      join(folder, 'deploy', 'team.yaml'),
      `${head}metadata: { name: team, extends: base }\nspec:\n${volumes('host: ./seed, container: /seed')}`,
    );
    await writeFile(
      join(folder, 'berth.yaml'),
      `${head}metadata: { name: own, extends: ./deploy/team.yaml }\nspec: {}\n`,
    );
    const { row } = await fixture.up(folder);
    assert.equal(await run(row, 'cat /seed/note'), 'beside the parent');
  });

  it('mounts what lies outside only where it is listed, also through a link in the project', async () => {
    const error = await refused('outer', volumes(`host: ${outside}, container: /out`));
    assert.equal(error.code, 'volume_refused');
    assert.match(error.message, /lies outside the project/);
    assert.deepEqual(
      error.errors?.map(({ path, line }) => `${line} ${path}`),
      ['7 spec.volumes[0].host'],
    );
    const linked = await refused('linking', volumes('host: ./in, container: /out'), (folder) =>
      symlink(outside, join(folder, 'in')),
    );
    assert.match(linked.message, /lies outside the project/);
    const folder = await fixture.folder('allowed', volumes('host: ./in, container: /out') + allow(outside));
    await symlink(outside, join(folder, 'in'));
    const { row } = await fixture.up(folder);
    assert.equal(await run(row, 'cat /out/note'), 'from outside');
  });

  it('refuses the engine’s socket by any name, whatever is allowed', async () => {
    const socket = (process.env['BERTH_TEST_ENGINE'] ?? '').replace(/^unix:\/\//, '');
    const own = await realpath(socket);
    const everything = allow('/');
    const cases: readonly (readonly [name: string, host: string, prepare?: (folder: string) => Promise<void>])[] = [
      ['sock', socket],
      ['sock-parent', join(own, '..')],
      ['sock-dots', `${outside}/./${relative(outside, dirname(own))}/.`],
      ['run', '/run/lock/..'],
      ['proc', '/proc/self/root/run'],
      ['sock-link', './l', (folder) => symlink(own, join(folder, 'l'))],
      ['run-link', './l/', (folder) => symlink('/var/run', join(folder, 'l'))],
      ['root-link', './l', (folder) => symlink('/', join(folder, 'l'))],
      [
        'two-links',
        `./a/${basename(dirname(own))}`,
        async (folder) => {
          await symlink(join(own, '../..'), join(folder, 'up'));
          await symlink('up', join(folder, 'a'));
        },
      ],
    ];
    for (const [name, host, prepare] of cases) {
      const error = await refused(name, volumes(`host: ${JSON.stringify(host)}, container: /x`) + everything, prepare);
      // What the text alone tells is an error of the template already.
      assert.ok(['volume_refused', 'template_invalid'].includes(error.code), `${name}: ${error.message}`);
      assert.match(error.message, /socket/, name);
      assert.equal(error.errors?.length, 1, name);
    }
  });

  it('refuses any socket or pipe, and a project that is one’s folder', async () => {
    const path = join(outside, 'agent');
    const server = createServer().listen(path);
    try {
      const error = await refused('any-socket', volumes(`host: ${path}, container: /x`) + allow('/'));
      assert.match(error.message, /is a socket, a pipe or a device/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await assert.rejects(
      fixture.up('/var', { template: 'base' }),
      (error: unknown) => error instanceof BerthError && error.code === 'folder_not_usable',
    );
  });

  it('tells every wrong entry at once, and makes no folder of what looks like a file or lies elsewhere', async () => {
    const error = await refused(
      'several',
      volumes(
        'host: ./.env, container: /a',
        `host: ${outside}/no/such, container: /b`,
        'host: ./dangling/x, container: /c',
        'host: ../elsewhere, container: /d',
      ) + allow(outside),
      (folder) => symlink('nowhere', join(folder, 'dangling')),
    );
    assert.deepEqual(
      error.errors?.map(({ path }) => path),
      [0, 1, 2, 3].map((index) => `spec.volumes[${index}].host`),
    );
    assert.ok(
      error.errors.every(({ message }) => message.endsWith('does not exist.')),
      JSON.stringify(error.errors),
    );
    for (const path of [join(outside, 'no'), join(fixture.dir, 'work', 'elsewhere')]) {
      await assert.rejects(stat(path), { code: 'ENOENT' });
    }
  });

  it('starts a container no more whose folder was swapped for a link from inside', async () => {
    const folder = await fixture.folder('swapped', volumes('host: ./data, container: /data'));
    const { row } = await fixture.up(folder);
    const engine = await fixture.core.engine.get();
    await run(row, 'cd /workspace && mv data aside && ln -s /etc data');
    const swapped = (error: unknown) => error instanceof BerthError && error.code === 'volume_refused';
    await assert.rejects(fixture.core.projects.restart(row), swapped);
    await assert.rejects(fixture.core.projects.start(row), swapped);
    await assert.rejects(fixture.up(folder), swapped);
    const { mounts } = (await engine.inspectContainer(row.container!))!;
    // Whoever has just made it knows what it mounts: that spares the look at the container, not the one at the folders.
    await assert.rejects(engine.startContainer(row.container!, undefined, mounts), swapped);
    assert.notEqual((await engine.inspectContainer(row.container!))?.state, 'running');
    await rm(join(folder, 'data'));
    await rename(join(folder, 'aside'), join(folder, 'data'));
    assert.equal((await fixture.core.projects.start(row)).state, 'running');
  });

  it('starts, refreshes and makes no container whose whole folder another project’s container swapped for a link', async () => {
    const outer = await fixture.folder('nesting');
    const inner = await fixture.folder('nesting/inner');
    const { row } = await fixture.up(inner);
    const policy = async () =>
      (await docker(['inspect', '--format', '{{.HostConfig.RestartPolicy.Name}}', row.container!])).trim();
    assert.equal(await policy(), 'on-failure');
    const { row: around, notices } = await fixture.up(outer);
    assert.ok(notices.some((notice) => notice.startsWith(`${inner}, the folder of inner, lies in this one`)));
    // The engine's own restart would look at nothing.
    assert.equal(await policy(), 'no');
    const { projects } = fixture.core;
    await run(around, `mv inner aside && ln -s ${outside} inner`);
    const refusedAs = (code: string) => (error: unknown) => error instanceof BerthError && error.code === code;
    await assert.rejects(projects.refreshContainer(row, { now: true }, noProgress), refusedAs('folder_not_usable'));
    await assert.rejects(projects.restart(row), refusedAs('volume_refused'));
    await assert.rejects(projects.start(row), refusedAs('volume_refused'));
    await assert.rejects(fixture.up(inner), refusedAs('folder_not_usable'));
    await run(around, 'rm inner && mv aside inner');
    assert.equal((await projects.start(row)).state, 'running');
    const anew = await fixture.up(inner, { rebuild: true });
    assert.equal(
      (await docker(['inspect', '--format', '{{.HostConfig.RestartPolicy.Name}}', anew.row.container!])).trim(),
      'no',
    );
  });

  it('gives a named volume to the user, keeps it for the project, and lists and purges it with the project', async () => {
    const spec = volumes('volume: cache, container: /opt/cache', 'volume: mods, container: /workspace/node_modules');
    const folder = await fixture.folder('naming', spec);
    const { row } = await fixture.up(folder);
    assert.equal(await run(row, 'echo kept > /opt/cache/x; touch node_modules/y; ls node_modules'), 'y');
    assert.equal((await stat(join(folder, 'node_modules'))).uid, 1000);
    const again = await fixture.up(folder, { rebuild: true });
    assert.notEqual(again.row.container, row.container);
    assert.equal(await run(again.row, 'cat /opt/cache/x'), 'kept');
    const other = await fixture.up(await fixture.folder('naming-too', spec));
    assert.equal(await run(other.row, 'ls /opt/cache'), '');
    const plan = await fixture.core.projects.planRemove(again.row);
    assert.deepEqual(plan.volumes.map(({ purpose }) => purpose).sort(), [
      'the home folder',
      'the volume cache',
      'the volume mods',
    ]);
    assert.deepEqual(await fixture.core.projects.remove(again.row, { purge: true }), []);
    await assert.rejects(fixture.core.projects.find(folder, '/'));
  });
});
