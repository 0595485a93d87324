import assert from 'node:assert/strict';
import { parseLayer } from '../../../src/core/templates/load';
import { resolvedSpec } from '../../../src/core/templates/schema';
import { places, problemsOf, template } from './folder';

describe('templates: the schema', () => {
  it('takes the whole example of the design, and gives it in Berth’s own units', () => {
    const spec = resolvedSpec.parse({
      base_image: 'python:3.12-slim-bookworm',
      build_args: { DEBIAN_FRONTEND: 'noninteractive' },
      packages: {
        apt: ['build-essential', 'libhdf5-dev'],
        pip: ['numpy', 'pandas>=2.2'],
        npm: ['typescript'],
        cargo: [],
        go: [],
      },
      run: ['curl -fsSL … | sh'],
      user: { name: 'dev', sudo: false },
      workspace: { path: '/workspace', mode: 'bind' },
      environment: { PYTHONPATH: '/workspace', N: 1, B: true },
      volumes: [
        { host: './data', container: '/data', mode: 'rw' },
        { volume: 'cache', container: '/cache/' },
      ],
      persist: ['~/.cache/pip', '/var/lib/data/'],
      ports: ['8888:8888', 3000, { port: 3001, publish: true }, '9000:9001', { port: 1, host: 2 }],
      services: {
        notebook: { command: 'jupyter lab --no-browser', ready: { http: 8888 }, restart: { max: 5, backoff: '5s' } },
      },
      post_create: ['pip install -e .'],
      post_start: [],
      resources: { cpus: '2.5', memory: '8g', pids: 1000, shm: '64m', nofile: 2048, gpus: 'all' },
      health: {
        command: 'true',
        interval: '60s',
        max_age: '72h',
        max_disk: '80%',
        max_memory: 90,
        on_stale: 'notify',
        keep: '1d',
      },
      security: { cap_add: ['cap_sys_ptrace', 'NET_RAW'], network: 'none', allow_host_paths: ['~/data', '/srv'] },
      secrets: {
        A: { from: 'env:GITHUB_TOKEN' },
        B: { from: 'file:~/.npmrc', as: 'file', path: '~/.npmrc', mode: '0600' },
        C: { from: 'command:op read op://dev/api/key', as: 'env', required: true },
        D: { from: 'azure-keyvault:my-vault/name' },
        E: { from: 'editor:my-key' },
      },
      git: { identity: 'host', credentials: 'none' },
      agents: ['claude'],
      editor: { extensions: ['ms-python.python'], settings: { 'a.b': [1, { c: null }] } },
      idle: { stop_after: '2h' },
    });
    assert.deepEqual(spec.environment, { PYTHONPATH: '/workspace', N: '1', B: 'true' });
    assert.deepEqual(spec.volumes[1], { volume: 'cache', container: '/cache', mode: 'rw' });
    assert.deepEqual(spec.persist, ['~/.cache/pip', '/var/lib/data']);
    assert.deepEqual(spec.ports, [
      { port: 8888, host: 8888, publish: false },
      { port: 3000, host: 3000, publish: false },
      { port: 3001, host: 3001, publish: true },
      { port: 9001, host: 9000, publish: false },
      { port: 1, host: 2, publish: false },
    ]);
    assert.deepEqual(spec.services['notebook']?.restart, { max: 5, backoff: 5000 });
    assert.equal(spec.services['notebook'].exclusive, true);
    assert.deepEqual(spec.resources, {
      ...{ cpus: 2.5, memory: 8 * 2 ** 30, pids: 1000, shm: 64 * 2 ** 20, nofile: 2048, gpus: 'all' },
    });
    assert.deepEqual([spec.health.interval, spec.health.max_age, spec.health.keep], [60_000, 259_200_000, 86_400_000]);
    assert.deepEqual([spec.health.max_disk, spec.health.max_memory, spec.health.retries], [80, 90, 3]);
    assert.deepEqual(spec.security.cap_add, ['SYS_PTRACE', 'NET_RAW']);
    assert.deepEqual(spec.secrets['D']?.from, { kind: 'azure-keyvault', vault: 'my-vault', name: 'name' });
    assert.deepEqual(spec.secrets['A'], {
      ...{ from: { kind: 'env', value: 'GITHUB_TOKEN' }, as: 'env', mode: '0600', required: false },
    });
    assert.equal(spec.idle.stop_after, 7_200_000);
  });

  it('fills the defaults that the design shows', () => {
    const { resources, health, security, user, workspace, persist, git } = resolvedSpec.parse({});
    assert.deepEqual(resources, {
      ...{ cpus: 4, memory: 8 * 2 ** 30, pids: 1000, shm: 64 * 2 ** 20, nofile: 2048, gpus: 'none' },
    });
    assert.deepEqual(health, {
      ...{ interval: 60_000, timeout: 10_000, retries: 3, max_age: 72 * 3_600_000, max_disk: 80, max_memory: 90 },
      ...{ on_stale: 'refresh', keep: 24 * 3_600_000 },
    });
    assert.deepEqual(security, {
      ...{ cap_add: [], no_new_privileges: true, read_only_root: false, seccomp: 'default', network: 'full' },
      allow_host_paths: [],
    });
    assert.deepEqual(
      [user, workspace, persist],
      [{ name: 'dev', sudo: false }, { path: '/workspace', mode: 'bind' }, 'home'],
    );
    assert.deepEqual(git, { identity: 'host', credentials: 'none' });
  });

  const wrong: readonly (readonly [spec: string, at: string, expected: RegExp])[] = [
    ['base_image: "python 3"', '6:15 spec.base_image', /image reference/],
    ['base_image: Python:3', '6:15 spec.base_image', /image reference/],
    ['base_image: [a]', '6:15 spec.base_image', /image reference/],
    ['packages: {apt: [git, "a b"]}', '6:25 spec.packages.apt[1]', /apt package/],
    ['packages:\n  apt:\n    - curl; rm', '8:9 spec.packages.apt[0]', /apt package/],
    ['packages: {apt: git}', '6:19 spec.packages.apt', /a list/],
    ['packages: {pip: ["git+https://x/y"]}', '6:20 spec.packages.pip[0]', /pip package/],
    ['packages: {npm: [../x]}', '6:20 spec.packages.npm[0]', /npm package/],
    ['environment: {"A B": x}', '6:17 spec.environment["A B"]', /variable name/],
    ['environment: {A: [1]}', '6:20 spec.environment.A', /text, a number/],
    ['environment: [A=1]', '6:16 spec.environment', /a map of variable names/],
    ['build_args: {A: "x\\ny"}', '6:19 spec.build_args.A', /in one line/],
    ['user: {name: Dev}', '6:16 spec.user.name', /user name/],
    ['user: {name: root}', '6:16 spec.user.name', /does not use itself/],
    ['workspace: {path: /etc}', '6:21 spec.workspace.path', /not one of the system/],
    ['workspace: {path: /a/../etc}', '6:21 spec.workspace.path', /absolute path/],
    ['resources: {memory: lots}', '6:23 spec.resources.memory', /a size of at least 6m/],
    ['resources: {memory: 1m}', '6:23 spec.resources.memory', /at least 6m/],
    ['resources: {cpus: 0}', '6:21 spec.resources.cpus', /number of cpus/],
    ['resources: {pids: 1.5}', '6:21 spec.resources.pids', /whole number/],
    ['health: {interval: soon}', '6:22 spec.health.interval', /duration/],
    ['health: {max_disk: 0.8}', '6:22 spec.health.max_disk', /percentage/],
    ['health: {retries: many}', '6:21 spec.health.retries', /whole number/],
    ['ports: [70000]', '6:11 spec.ports[0]', /a port/],
    ['ports: ["80:90:100"]', '6:11 spec.ports[0]', /a port/],
    ['ports: [{port: 80, hots: 3}]', '6:22 spec.ports[0].hots', /one of port, host, publish/],
    ['ports: [{publish: true}]', '6:11 spec.ports[0].port', /a port/],
    ['volumes: [{container: /d}]', '6:13 spec.volumes[0]', /either host or volume/],
    ['volumes: [{host: ., volume: vol, container: /d}]', '6:13 spec.volumes[0]', /either host or volume/],
    ['volumes: [{host: /var/run/docker.sock, container: /d}]', '6:20 spec.volumes[0].host', /engine’s socket/],
    ['volumes: [{host: /run/, container: /d}]', '6:20 spec.volumes[0].host', /engine’s socket/],
    ['volumes: [{host: /x/.., container: /d}]', '6:20 spec.volumes[0].host', /engine’s socket/],
    ['volumes: [{host: ./x, container: /proc/x}]', '6:36 spec.volumes[0].container', /not one of the system’s/],
    ['volumes: [{host: ./x, container: /usr/bin}]', '6:36 spec.volumes[0].container', /not one of the system’s/],
    ['volumes: [{host: ./x, container: /run/berth}]', '6:36 spec.volumes[0].container', /not one of the system’s/],
    ['volumes: [{host: ./x, container: /dev/shm/x}]', '6:36 spec.volumes[0].container', /not one of the system’s/],
    ['volumes: [{host: ./x, container: /}]', '6:36 spec.volumes[0].container', /absolute path/],
    ['persist: ["~/.claude.json"]', '6:13 spec.persist[0]', /persist the folder it lies in/],
    ['persist: ["~/.bash_history"]', '6:13 spec.persist[0]', /persist the folder/],
    ['persist: [/etc]', '6:13 spec.persist[0]', /not one of the system’s/],
    ['persist: [/proc/x]', '6:13 spec.persist[0]', /not one of the system’s/],
    ['persist: yes', '6:12 spec.persist', /home, none or a list/],
    ['secrets: {A: {from: vault}}', '6:23 spec.secrets.A.from', /a source/],
    ['secrets: {A: {from: "env:A", path: /x}}', '6:38 spec.secrets.A.path', /as: file/],
    ['secrets: {A: {from: "file:x", as: file, path: /x, mode: 0600}}', '6:59 spec.secrets.A.mode', /in quotes/],
    ['services: {Web: {command: x}}', '6:14 spec.services.Web', /service name/],
    ['services: {web: {command: x, ready: {http: 1, tcp: 2}}}', '6:39 spec.services.web.ready', /one of/],
    ['agents: [cluade]', '6:12 spec.agents[0]', /claude/],
    ['security: {seccomp: /etc/x}', '6:23 spec.security.seccomp', /profile/],
    ['run: [""]', '6:9 spec.run[0]', /shell command/],
    ['run: "make"', '6:8 spec.run', /a list of shell commands/],
  ];
  for (const [spec, at, expected] of wrong) {
    it(`refuses ${spec.replaceAll('\n', ' ')}`, () => {
      const problems = problemsOf(spec);
      assert.deepEqual(places(problems), [at]);
      assert.match(problems[0]?.expected ?? '', expected);
      assert.doesNotMatch(problems[0]?.message ?? '', /Invalid|undefined/);
    });
  }

  const misspelt: readonly (readonly [spec: string, suggestion: string])[] = [
    ['base_imgae: x', 'base_image'],
    ['baseImage: x', 'base_image'],
    ['packages: {atp: [x]}', 'apt'],
    ['resources: {memroy: 1g}', 'memory'],
    ['health: {on_stale: refesh}', 'refresh'],
    ['security: {cap_add: [SYS_PTRCE]}', 'SYS_PTRACE'],
    ['services: {web: {comand: x}}', 'command'],
    ['ports: [{prot: 3}]', 'port'],
  ];
  for (const [spec, suggestion] of misspelt) {
    it(`knows what ${spec} means`, () => {
      assert.ok(
        problemsOf(spec).some((problem) => problem.suggestion === suggestion),
        JSON.stringify(problemsOf(spec)),
      );
    });
  }

  it('suggests nothing where nothing is near', () => {
    assert.equal(problemsOf('frobnicate: 1')[0]?.suggestion, undefined);
  });

  it('needs apiVersion, kind and a name, and says all that is missing', () => {
    assert.deepEqual(places(parseLayer('spec: {}', 'f').problems), ['1:1 apiVersion', '1:1 kind', '1:1 metadata']);
    assert.deepEqual(places(parseLayer('apiVersion: v2\nkind: Pod\nmetadata: {name: A_b}', 'f').problems), [
      ...['1:13 apiVersion', '2:7 kind', '3:18 metadata.name'],
    ]);
  });

  it('tells every mistake of a file at once, in the file’s order', () => {
    const text = template('zz: 1\nuser: {name: A}\npackages: {apt: ["a b"], pop: []}');
    assert.deepEqual(places(parseLayer(text, 'f').problems), [
      ...['6:3 spec.zz', '7:16 spec.user.name', '8:20 spec.packages.apt[0]', '8:28 spec.packages.pop'],
    ]);
  });

  it('reads a file larger than 256 KiB not at all', () => {
    const { problems } = parseLayer(`#${'x'.repeat(256 * 1024)}`, 'f');
    assert.match(problems[0]?.message ?? '', /larger than 256 KiB/);
  });

  it('takes 10,000 packages', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `package-${index}`).join(', ');
    assert.deepEqual(problemsOf(`packages: {apt: [${names}]}`), []);
  });
});
