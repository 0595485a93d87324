import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { createDevcontainers } from '../../../src/core/devcontainer';
import { parseJson, toPlain } from '../../../src/core/devcontainer/json';
import type { DevcontainerExport } from '../../../src/core/devcontainer/types';
import { templates } from './support';

const run = promisify(execFile);
const program = resolve(__dirname, '../../../node_modules/@devcontainers/cli/devcontainer.js');

describe('exporting a template', function () {
  this.timeout(30_000);
  const devcontainers = createDevcontainers(templates);
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-unit-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** A folder whose berth.yaml has this spec; JSON is YAML. */
  async function project(spec: object, metadata: object = {}): Promise<string> {
    const document = {
      apiVersion: 'devcontainer/v1',
      kind: 'Template',
      metadata: { name: 'probe', ...metadata },
      spec,
    };
    await writeFile(join(dir, 'berth.yaml'), JSON.stringify(document));
    return dir;
  }

  function propertiesOf({ files: [file] }: DevcontainerExport): Record<string, unknown> {
    const { root, problems } = parseJson(file?.text ?? '', 'devcontainer.json');
    assert.deepEqual(problems, []);
    return toPlain(root) as Record<string, unknown>;
  }

  const whole = {
    base_image: 'debian:bookworm-slim',
    user: { name: 'me', sudo: true },
    workspace: { path: '/work', mode: 'bind' },
    environment: { A: 'b', N: '1' },
    volumes: [
      { host: './data', container: '/data', mode: 'ro' },
      { volume: 'cache', container: '/cache' },
      { host: '~/x', container: '/x' },
    ],
    persist: ['~/.cache', '/var/lib/data'],
    ports: [3000, { port: 80, host: 8080, publish: true }],
    services: { web: { command: 'serve' } },
    post_create: ['make', "echo 'a b'"],
    post_start: ['date'],
    resources: { cpus: 2, memory: '3g', pids: 200, shm: '100k', nofile: 99, gpus: 1 },
    health: { command: 'true', interval: '5s', timeout: '1500ms', retries: 2, max_age: '1h', on_stale: 'off' },
    security: {
      cap_add: ['SYS_PTRACE'],
      no_new_privileges: false,
      read_only_root: true,
      seccomp: 'unconfined',
      network: 'none',
      allow_host_paths: ['~/x'],
    },
    secrets: {
      T: { from: 'env:TOKEN' },
      F: { from: 'file:~/.npmrc', as: 'file', path: '~/.npmrc' },
      C: { from: 'command:pass x' },
    },
    git: { identity: 'host', credentials: 'agent' },
    agents: ['claude'],
    editor: { extensions: ['a.b'], settings: { 'x.y': { z: [1, null] } } },
    idle: { stop_after: '2h' },
  };

  it('says all that a devcontainer.json can', async () => {
    assert.deepEqual(propertiesOf(await devcontainers.export(await project(whole))), {
      name: 'probe',
      image: 'debian:bookworm-slim',
      features: { 'ghcr.io/devcontainers/features/common-utils:2': { username: 'me' } },
      remoteUser: 'me',
      workspaceFolder: '/work',
      workspaceMount: 'source=${localWorkspaceFolder},target=/work,type=bind',
      containerEnv: { A: 'b', N: '1' },
      remoteEnv: { T: '${localEnv:TOKEN}' },
      mounts: [
        'source=${localWorkspaceFolder}/data,target=/data,type=bind,readonly',
        'source=cache,target=/cache,type=volume',
        'source=${localEnv:HOME}/x,target=/x,type=bind',
        'source=home-me-.cache-${devcontainerId},target=/home/me/.cache,type=volume',
        'source=var-lib-data-${devcontainerId},target=/var/lib/data,type=volume',
      ],
      forwardPorts: [3000],
      appPort: ['8080:80'],
      postCreateCommand: `sh -c make && sh -c 'echo '\\''a b'\\'''`,
      postStartCommand: 'date',
      runArgs: [
        ...['--cpus=2', '--memory=3g', '--pids-limit=200', '--shm-size=100k', '--ulimit=nofile=99', '--gpus=1'],
        ...['--health-cmd=true', '--health-interval=5s', '--health-timeout=1500ms', '--health-retries=2'],
        ...['--read-only', '--network=none'],
      ],
      capAdd: ['SYS_PTRACE'],
      securityOpt: ['seccomp=unconfined'],
      customizations: { vscode: { extensions: ['a.b'], settings: { 'x.y': { z: [1, null] } } } },
    });
  });

  it('tells of every field that was written, and of what is lost with the reason', async () => {
    const made = await devcontainers.export(await project(whole));
    const told = [...made.carried, ...made.needless, ...made.notCarried].map(({ from }) => from);
    const { written } = await templates.resolve(join(dir, 'berth.yaml'));
    const untold = [...written].filter((path) => !told.some((from) => within(path, from) || within(from, path)));
    assert.deepEqual(untold, []);
    const lost = made.notCarried.map(({ from }) => from).sort();
    assert.deepEqual(lost, [
      ...[
        'spec.agents[0]',
        'spec.git.credentials',
        'spec.health.max_age',
        'spec.health.on_stale',
        'spec.idle.stop_after',
      ],
      ...['spec.secrets.C', 'spec.secrets.F', 'spec.services.web'],
    ]);
    for (const from of lost) assert.ok(made.files[0]?.text.includes(`// - ${from}: `), from);
  });

  it('brings the Dockerfile where there are packages or steps, and sees paths from where it lies', async () => {
    const made = await devcontainers.export(
      await project({ base_image: 'debian:bookworm-slim', packages: { apt: ['jq'] }, run: ['true'] }),
    );
    assert.deepEqual(propertiesOf(made)['build'], { dockerfile: 'Dockerfile' });
    assert.deepEqual(
      made.files.map(({ path }) => path),
      [join(dir, '.devcontainer/devcontainer.json'), join(dir, '.devcontainer/Dockerfile')],
    );
    assert.match(made.files[1]?.text ?? '', /^FROM debian:bookworm-slim$[^]*jq/m);
    // Other tools may build without BuildKit.
    assert.doesNotMatch(made.files[1]?.text ?? '', /--mount=type=cache/);
    const own = await devcontainers.export(await project({ dockerfile: 'docker/Dockerfile', build_args: { A: 'b' } }));
    assert.deepEqual(propertiesOf(own)['build'], { dockerfile: '../docker/Dockerfile', args: { A: 'b' } });
  });

  it('merges the parents in', async () => {
    const made = propertiesOf(
      await devcontainers.export(await project({ environment: { X: 'y' } }, { extends: 'python' })),
    );
    assert.deepEqual(made['containerEnv'], { PYTHONUNBUFFERED: '1', X: 'y' });
  });

  it('lists what would be read as a variable there', async () => {
    const made = await devcontainers.export(
      await project({
        base_image: 'a',
        environment: { A: '${localEnv:HOME}' },
        post_create: ['echo ${HOME}', 'echo ${containerEnv:A}'],
      }),
    );
    assert.deepEqual(
      made.notCarried.map(({ from }) => from),
      ['spec.environment.A', 'spec.post_create[0]', 'spec.post_create[1]'],
    );
  });

  it('keeps a description of several lines inside its comment', async () => {
    const description = 'one\n"privileged": true, // two\r"x"\u2028three';
    const made = await devcontainers.export(await project({ base_image: 'a' }, { description }));
    assert.equal(propertiesOf(made)['privileged'], undefined);
    assert.match(made.files[0]?.text ?? '', /^\/\/ one "privileged": true, \/\/ two "x" three$/m);
  });

  it('refuses a template with a circle of parents, and one that is not there', async () => {
    await assert.rejects(devcontainers.export(await project({}, { extends: './berth.yaml' })), {
      code: 'template_invalid',
    });
    await assert.rejects(devcontainers.export(await project({}, { extends: 'nothing' })), { code: 'template_invalid' });
    await assert.rejects(devcontainers.export(join(dir, 'absent')), { code: 'template_not_found' });
  });

  it('is read by the Dev Containers CLI as it was meant', async () => {
    const made = await devcontainers.export(await project(whole, { description: 'A "quoted" */ text // here' }));
    for (const { path, text } of made.files) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    // It asks an engine for a container of the folder; none is needed to read the file.
    const args = [program, 'read-configuration', '--workspace-folder', dir, '--docker-path', '/bin/true'];
    const { stdout } = await run(process.execPath, args);
    const { configuration, workspace } = JSON.parse(stdout) as Record<
      'configuration' | 'workspace',
      Record<string, unknown>
    >;
    assert.equal(workspace['workspaceFolder'], '/work');
    assert.equal(workspace['workspaceMount'], `source=${dir},target=/work,type=bind`);
    const wanted = propertiesOf(made);
    for (const key of [
      'image',
      'remoteUser',
      'containerEnv',
      'runArgs',
      'forwardPorts',
      'postCreateCommand',
      'customizations',
    ]) {
      assert.deepEqual(configuration[key], wanted[key], key);
    }
  });

  it('and importing it again keeps what both know', async () => {
    const name = fc.constantFrom('a', 'b-c', 'node-22');
    const word = fc.constantFrom(
      'x',
      'a b',
      "it's",
      '$(id)',
      '${HOME}',
      'é',
      '"q"',
      '#',
      'yes',
      '1.10',
      'a\nb',
      ' lead',
    );
    const spec = fc.record({
      base_image: fc.constantFrom('debian:bookworm-slim', 'python:3.12'),
      user: fc.record({ name: fc.constantFrom('me', 'vscode') }),
      workspace: fc.record({ path: fc.constantFrom('/workspace', '/w/x') }),
      environment: fc.dictionary(fc.constantFrom('A', 'B_C', 'd1'), word),
      volumes: fc.uniqueArray(
        fc.constantFrom(
          { host: './d', container: '/d', mode: 'rw' },
          { volume: 'vol', container: '/v', mode: 'ro' },
          { host: '.', container: '/all', mode: 'ro' },
        ),
      ),
      ports: fc.uniqueArray(fc.constantFrom({ port: 1, host: 1, publish: false }, { port: 2, host: 3, publish: true })),
      post_create: fc.array(word, { maxLength: 3 }),
      post_start: fc.array(word, { maxLength: 3 }),
      resources: fc.record({
        cpus: fc.constantFrom(1, 0.5),
        memory: fc.integer({ min: 6 * 2 ** 20, max: 2 ** 40 }),
        pids: fc.integer({ min: 16, max: 9999 }),
        shm: fc.nat(),
        nofile: fc.integer({ min: 64, max: 9999 }),
      }),
      health: fc.record({
        command: word,
        interval: fc.integer({ min: 1, max: 999 }).map((s) => `${s}s`),
        retries: fc.integer({ min: 1, max: 9 }),
      }),
      security: fc.record({
        cap_add: fc.uniqueArray(fc.constantFrom('SYS_PTRACE', 'NET_ADMIN')),
        read_only_root: fc.boolean(),
        network: fc.constantFrom('full', 'none'),
      }),
      secrets: fc.dictionary(fc.constantFrom('T', 'U'), fc.constant({ from: 'env:HOST_T', as: 'env' })),
      editor: fc.record({
        extensions: fc.uniqueArray(fc.constantFrom('a.b', 'c.d')),
        settings: fc.dictionary(fc.constantFrom('k', 'l.m'), fc.oneof(word, fc.integer(), fc.constant({ n: [true] }))),
      }),
    });
    const known = [
      'base_image',
      'user',
      'workspace',
      'environment',
      'volumes',
      'ports',
      'post_create',
      'post_start',
      'resources',
      'health',
      'security',
      'secrets',
      'editor',
    ] as const;
    await fc.assert(
      fc.asyncProperty(name, spec, async (title, given) => {
        const folder = await project(given, { name: title });
        const there = await devcontainers.export(folder);
        const file = join(folder, '.devcontainer/devcontainer.json');
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, there.files[0]?.text ?? '');
        const before = await templates.resolve(join(folder, 'berth.yaml'));
        const back = await devcontainers.import(folder);
        await writeFile(join(folder, 'berth.yaml'), back.text);
        const after = await templates.resolve(join(folder, 'berth.yaml'));
        assert.equal(after.name, before.name);
        assert.deepEqual(back.notCarried, []);
        for (const key of known) assert.deepEqual(ordered(after.spec[key]), ordered(before.spec[key]), key);
      }),
      { numRuns: Number(process.env['BERTH_TEST_RUNS'] ?? 3) },
    );
  });
});

function within(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** Ports stand in two lists there, so their order among each other is not known; no other list here depends on it. */
function ordered(value: unknown): unknown {
  const text = (one: unknown) => JSON.stringify(one);
  return Array.isArray(value) ? [...(value as unknown[])].sort((a, b) => (text(a) < text(b) ? -1 : 1)) : value;
}
