import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevcontainers } from '../../../src/core/devcontainer';
import { parse } from 'yaml';
import { fixtures, fixturesDir, importedFrom, templates, untold } from './support';

const specOf = (text: string) => (parse(text) as { readonly spec: Record<string, unknown> }).spec;
const reasonFor = (made: ReturnType<typeof importedFrom>, from: string) =>
  made.notCarried.find((entry) => entry.from === from);

describe('importing a devcontainer.json', () => {
  const devcontainers = createDevcontainers(templates);

  for (const name of fixtures) {
    it(`makes a valid template of the fixture ${name} and tells of every part of it`, async () => {
      const made = await devcontainers.import(join(fixturesDir, name));
      assert.deepEqual(untold(await readFile(made.source, 'utf8'), made), []);
      const dir = await mkdtemp(join(tmpdir(), 'berth-unit-'));
      try {
        await writeFile(join(dir, 'berth.yaml'), made.text);
        assert.deepEqual(await templates.validate(join(dir, 'berth.yaml')), []);
        const { written, name: named } = await templates.resolve(join(dir, 'berth.yaml'));
        assert.equal(named, made.name);
        for (const { to } of made.carried) assert.ok(to.startsWith('metadata.') || written.has(to), to);
      } finally {
        await rm(dir, { recursive: true });
      }
      for (const { from } of made.notCarried.slice(0, 60)) assert.ok(made.text.includes(`# - ${from}: `), from);
    });
  }

  /** Properties, and what the template's spec says of them; without the workspace's path, which is always there. */
  const table: [title: string, given: Record<string, unknown>, spec: Record<string, unknown>][] = [
    ['a user', { remoteUser: 'vscode' }, { user: { name: 'vscode' } }],
    ['the container’s user in its place', { containerUser: 'app:app' }, { user: { name: 'app' } }],
    ['environment', { containerEnv: { A: 'b', N: 1, T: true } }, { environment: { A: 'b', N: '1', T: 'true' } }],
    [
      'a variable of this machine',
      { remoteEnv: { K: '${localEnv:KEY}' } },
      { secrets: { K: { from: 'env:KEY', as: 'env' } } },
    ],
    ['a variable with a default', { containerEnv: { K: '${localEnv:KEY:a:b}' } }, { environment: { K: 'a:b' } }],
    [
      'places',
      { containerEnv: { P: '${containerWorkspaceFolder}/x ${localWorkspaceFolderBasename}' } },
      { environment: { P: '/workspaces/shop/x shop' } },
    ],
    [
      'a shell’s own variables',
      { postCreateCommand: 'echo ${HOME} $(id) ${containerEnv:PATH}' },
      { post_create: ['echo ${HOME} $(id) ${PATH}'] },
    ],
    [
      'a command of words',
      { postCreateCommand: ['echo', "it's", '$HOME'] },
      { post_create: [`echo 'it'\\''s' '$HOME'`] },
    ],
    [
      'three kinds of commands, in their order',
      {
        postCreateCommand: 'c',
        onCreateCommand: 'a',
        updateContentCommand: 'b',
        postStartCommand: { x: 'd', y: ['e', 'f'] },
      },
      { post_create: ['a', 'b', 'c'], post_start: ['d', 'e f'] },
    ],
    [
      'a command that comes twice',
      { onCreateCommand: 'make', postCreateCommand: 'make' },
      { post_create: ['make', 'make'] },
    ],
    [
      'mounts',
      {
        mounts: [
          'source=${localWorkspaceFolder}/d,target=/d,type=bind,ro',
          { source: 'v1', target: '/v', type: 'volume' },
          '"source=./a,b",target=/q,type=bind',
        ],
      },
      {
        volumes: [
          { host: './d', container: '/d', mode: 'ro' },
          { volume: 'v1', container: '/v' },
          { host: './a,b', container: '/q' },
        ],
      },
    ],
    [
      'a folder of the home folder, with its permission',
      { mounts: ['source=${localEnv:HOME}${localEnv:USERPROFILE}/.aws,target=/aws,type=bind'] },
      { volumes: [{ host: '~/.aws', container: '/aws' }], security: { allow_host_paths: ['~/.aws'] } },
    ],
    [
      'ports',
      { forwardPorts: [3000, '4000', 'localhost:5000', 8080], appPort: ['9000:8080', 7000, '127.0.0.1:6000:6001'] },
      {
        ports: [
          ...[3000, 4000, 5000],
          { port: 8080, host: 9000, publish: true },
          { port: 7000, publish: true },
          { port: 6001, host: 6000, publish: true },
        ],
      },
    ],
    [
      'an image’s own user',
      { image: 'mcr.microsoft.com/devcontainers/typescript-node:22' },
      { base_image: 'mcr.microsoft.com/devcontainers/typescript-node:22', user: { name: 'node' } },
    ],
    [
      'a Dockerfile',
      { image: undefined, build: { dockerfile: '../Dockerfile', context: '..', args: { A: 'x', B: 2 } } },
      { base_image: undefined, dockerfile: 'Dockerfile', build_args: { A: 'x', B: '2' } },
    ],
    [
      'sudo',
      { postCreateCommand: 'sudo -E apt-get update' },
      { post_create: ['sudo -E apt-get update'], user: { sudo: true }, security: { no_new_privileges: false } },
    ],
    [
      'limits',
      { hostRequirements: { cpus: 2, memory: '4gb', gpu: true } },
      { resources: { cpus: 2, memory: '4gb', gpus: 'all' } },
    ],
    ['nearer limits', { hostRequirements: { cpus: 2 }, runArgs: ['--cpus', '1.5'] }, { resources: { cpus: '1.5' } }],
    [
      'security',
      { capAdd: ['cap_sys_ptrace'], securityOpt: ['seccomp:unconfined', 'no-new-privileges'] },
      { security: { cap_add: ['SYS_PTRACE'], seccomp: 'unconfined', no_new_privileges: true } },
    ],
    [
      'an editor’s settings',
      { settings: { a: 1 }, customizations: { vscode: { settings: { b: { c: [null] } }, extensions: ['x.y@1.2.3'] } } },
      { editor: { extensions: ['x.y'], settings: { a: 1, b: { c: [null] } } } },
    ],
    [
      'flags',
      {
        runArgs: [
          '-itm2g',
          '--net',
          'none',
          '-eA=b=c',
          '--env',
          'HOST',
          '-v',
          '/srv/x:/x:ro,z',
          '-p',
          '80',
          '--volume=cache:/c',
          '--shm-size=1g',
          '--ulimit=nofile=5000',
        ],
      },
      {
        resources: { memory: '2g', shm: '1g', nofile: 5000 },
        security: { network: 'none', allow_host_paths: ['/srv/x'] },
        environment: { A: 'b=c' },
        secrets: { HOST: { from: 'env:HOST', as: 'env' } },
        volumes: [
          { host: '/srv/x', container: '/x', mode: 'ro' },
          { volume: 'cache', container: '/c' },
        ],
        ports: [{ port: 80, publish: true }],
      },
    ],
    [
      'work that begins in a folder below',
      {
        workspaceMount: 'source=${localWorkspaceFolder},target=/r,type=bind',
        workspaceFolder: '/r/a b',
        postStartCommand: 'pwd',
      },
      { workspace: { path: '/r' }, post_start: ["cd '/r/a b' || exit\npwd"] },
    ],
  ];
  for (const [title, given, expected] of table) {
    it(`carries ${title}`, () => {
      const spec = specOf(importedFrom(given).text);
      const whole: Record<string, unknown> = {
        base_image: 'debian:bookworm-slim',
        workspace: { path: '/workspaces/shop' },
        ...expected,
      };
      const wanted = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
      assert.deepEqual(spec, wanted);
    });
  }

  const refused: [from: string, given: Record<string, unknown>, reason: RegExp][] = [
    ['privileged', { privileged: true }, /as good as root/],
    ['runArgs[0]', { runArgs: ['--privileged'] }, /as good as root/],
    ['mounts[0]', { mounts: ['source=/var/run/docker.sock,target=/s,type=bind'] }, /never mounted/],
    ['mounts[0]', { mounts: ['source=/,target=/host,type=bind'] }, /never mounted/],
    ['runArgs[0]', { runArgs: ['-v', '/run:/host-run'] }, /never mounted/],
    ['mounts[0]', { mounts: ['source=x,target=/etc,type=volume'] }, /expected a folder of its own/],
    ['mounts[0]', { mounts: ['source=${localWorkspaceFolder}/../up,target=/up,type=bind'] }, /outside the project/],
    ['mounts[0]', { mounts: ['source=${localEnv:DATA},target=/d,type=bind'] }, /variables of this machine/],
    ['initializeCommand', { initializeCommand: 'x' }, /runs nothing there/],
    ['remoteUser', { remoteUser: 'root' }, /Nobody logs in as root/],
    ['containerEnv.PATH', { containerEnv: { PATH: '${containerEnv:PATH}:/x' } }, /container’s own PATH/],
    ['containerEnv.X', { containerEnv: { X: 'a ${localEnv:Y}' } }, /Y of this machine/],
    ['containerEnv["a b"]', { containerEnv: { 'a b': 'c' } }, /expected a variable name/],
    ['capAdd[0]', { capAdd: ['ALL'] }, /every capability/],
    ['image', { image: 'Not An Image' }, /expected an image reference/],
    ['remoteUser', { remoteUser: 7 }, /It is a number; a text is expected/],
    ['forwardPorts[0]', { forwardPorts: [70_000] }, /no port from 1 to 65535/],
    ['hostRequirements.memory', { hostRequirements: { memory: 'much' } }, /expected a size/],
    ['somethingNew', { somethingNew: { a: 1 } }, /no property that Berth knows/],
    ['build.somethingNew', { build: { somethingNew: 1 } }, /no property that Berth knows/],
    ['extends', { extends: './devcontainer.json' }, /no property that Berth knows/],
  ];
  for (const [from, given, reason] of refused) {
    it(`lists ${from} of ${JSON.stringify(given)} with its reason`, () => {
      assert.match(reasonFor(importedFrom(given), from)?.reason ?? '', reason);
    });
  }

  it('says what to write for the well-known features, with the version that was asked for', () => {
    const made = importedFrom({
      features: {
        'ghcr.io/devcontainers/features/node:1': { version: '20' },
        'ghcr.io/devcontainers/features/python:1': {},
      },
    });
    assert.deepEqual(
      made.notCarried.map(({ instead }) => instead?.split(',')[0]),
      ['base_image: node:20-bookworm-slim', 'base_image: python:3.12-slim-bookworm'],
    );
  });

  it('names the property that a misspelt one may mean', () => {
    assert.match(reasonFor(importedFrom({ forwardPort: [1] }), 'forwardPort')?.instead ?? '', /forwardPorts/);
  });

  it('gives no permission for a folder that is not mounted after all', () => {
    const { text } = importedFrom({ mounts: ['source=/srv/x,target=/usr,type=bind'] });
    assert.deepEqual(Object.keys(specOf(text)), ['base_image', 'workspace']);
  });

  it('names no value of a variable in its lists and comments', () => {
    const made = importedFrom({
      containerEnv: { A: 'hunter2 ${localEnv:X}', 'b c': 'hunter2' },
      runArgs: ['-e', 'bad name=hunter2', '--weird=hunter2', '--label=k=hunter2'],
    });
    assert.equal(made.notCarried.length, 5);
    assert.doesNotMatch(made.text + JSON.stringify(made.notCarried), /hunter2/);
  });
});
