import assert from 'node:assert/strict';
import { template, TemplateFolder } from './folder';

async function refused(spec: string): Promise<readonly string[]> {
  await using folder = await TemplateFolder.create({ 't.yaml': template(`base_image: a\n${spec}`) });
  const resolved = await folder.templates.resolve(folder.path('t.yaml'));
  const error = folder.templates.unsupported(resolved);
  if (error === null) return [];
  assert.equal(error.code, 'template_not_supported');
  for (const detail of error.errors ?? []) assert.ok(detail.line !== undefined && detail.file !== undefined);
  return (error.errors ?? []).map(({ path }) => path ?? '');
}

describe('templates: fields without an effect yet', () => {
  const pending: readonly (readonly [spec: string, path: string])[] = [
    ['health: {on_stale: off}', 'spec.health.on_stale'],
  ];
  for (const [spec, path] of pending) {
    it(`refuses ${spec} by name, with its place`, async () => assert.deepEqual(await refused(spec), [path]));
  }

  it('takes a prebuilt image, or a Dockerfile, in place of a base image', async () => {
    for (const field of ['image', 'dockerfile']) {
      await using folder = await TemplateFolder.create({ 't.yaml': template(`${field}: a`) });
      const resolved = await folder.templates.resolve(folder.path('t.yaml'));
      assert.equal(folder.templates.unsupported(resolved), null);
    }
  });

  it('names all of them in one sentence', async () => {
    await using folder = await TemplateFolder.create({
      't.yaml': template('base_image: a\nhealth: {on_stale: notify}'),
    });
    const error = folder.templates.unsupported(await folder.templates.resolve(folder.path('t.yaml')));
    assert.equal(error?.message, 'Not supported yet: spec.health.on_stale.');
  });

  it('lets pass what is built, and what is empty or the very default', async () => {
    const spec = [
      'build_args: {A: b}',
      'packages: {apt: [a1], pip: [a1], npm: [a1], cargo: [ripgrep], go: [golang.org/x/tools/gopls]}',
      'run: [x]',
      'user: {name: pat, sudo: true}',
      'workspace: {path: /w, mode: volume}',
      'environment: {A: b}',
      'persist: ["~/.cache"]',
      'post_create: [x]',
      'post_start: [x]',
      'ports: [3000, "8889:8888", {port: 1, publish: true}]',
      'services: {web: {command: x}}',
      'volumes: [{host: ./d, container: /d}]',
      'resources: {cpus: 1, memory: 1g, pids: 100, shm: 1m, nofile: 100, gpus: all}',
      'health: {command: x, interval: 1s, timeout: 1s, retries: 1, max_age: 1h, max_disk: 50, max_memory: 70%, on_stale: refresh, keep: 1d}',
      'security: {cap_add: [SYS_PTRACE], no_new_privileges: false, network: none, seccomp: unconfined, read_only_root: true, allow_host_paths: [/srv]}',
      'git: {identity: host, credentials: none}',
      'editor: {extensions: [], settings: {}}',
      'idle: {}',
      'secrets: {T: {from: "env:T"}}',
    ];
    assert.deepEqual(await refused(spec.join('\n')), []);
  });
});
