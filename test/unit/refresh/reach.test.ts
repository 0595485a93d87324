import assert from 'node:assert/strict';
import { widened } from '../../../src/core/refresh/reach';
import type { MadeSpec } from '../../../src/core/projects/made-spec';
import { resolvedSpec } from '../../../src/core/templates/schema';

const spec = (fields: object) => resolvedSpec.parse({ base_image: 'debian:bookworm-slim', ...fields });
const limits = { cpus: 4, memoryBytes: 8 * 2 ** 30, pids: 1000 };
const beyond = (before: object, after: object): readonly string[] =>
  widened({ made: JSON.parse(JSON.stringify(spec(before))) as MadeSpec, limits }, spec(after));

describe('what a template asks for beyond what a person agreed to', () => {
  const mount = (host: string, mode = 'rw') => ({ host, container: '/x', mode });
  const more: readonly (readonly [string, object, object, string])[] = [
    ['a folder of this machine', {}, { volumes: [mount('/home/me')] }, 'volumes /home/me'],
    ['one that was read-only', { volumes: [mount('d', 'ro')] }, { volumes: [mount('d')] }, 'volumes d'],
    ['folders that may be mounted', {}, { security: { allow_host_paths: ['/'] } }, 'security.allow_host_paths /'],
    ['a published port', { ports: [80] }, { ports: [{ port: 80, publish: true }] }, 'ports 80 (published)'],
    ['a capability', {}, { security: { cap_add: ['SYS_PTRACE'] } }, 'security.cap_add SYS_PTRACE'],
    ['a way to root', {}, { security: { no_new_privileges: false } }, 'security.no_new_privileges: false'],
    ['a writable root', { security: { read_only_root: true } }, {}, 'security.read_only_root: false'],
    ['a network', { security: { network: 'none' } }, {}, 'security.network: full'],
    ['all system calls', {}, { security: { seccomp: 'unconfined' } }, 'security.seccomp: unconfined'],
    ['another user', {}, { user: { name: 'other' } }, 'user.name: other'],
    ['sudo', {}, { user: { sudo: true } }, 'user.sudo: true'],
    ['credentials', {}, { git: { credentials: 'agent' } }, 'git.credentials: agent'],
    ['cpus', {}, { resources: { cpus: 5 } }, 'resources.cpus: 5'],
    ['memory', {}, { resources: { memory: '9g' } }, `resources.memory: ${9 * 2 ** 30}`],
    ['processes', {}, { resources: { pids: 2000 } }, 'resources.pids: 2000'],
    ['shared memory', {}, { resources: { shm: '65m' } }, `resources.shm: ${65 * 2 ** 20}`],
    ['open files', {}, { resources: { nofile: 4096 } }, 'resources.nofile: 4096'],
    ['a GPU', {}, { resources: { gpus: 1 } }, 'resources.gpus: 1'],
    ['what Berth built', {}, { base_image: 'berth/shop:1' }, 'image: berth/shop:1'],
    ['a snapshot', {}, { base_image: 'berth-snapshot/shop-abc:1' }, 'image: berth-snapshot/shop-abc:1'],
    ['a folder to build from', {}, { dockerfile: '../x/Dockerfile' }, 'dockerfile: ../x/Dockerfile'],
  ];
  for (const [name, before, after, said] of more) {
    it(`tells of ${name}`, () => {
      assert.deepEqual(beyond(before, after), [said]);
      assert.deepEqual(beyond(after, after), [], 'nothing that was there');
    });
  }

  it('says nothing of what is less, or of the container alone', () => {
    const less: readonly (readonly [object, object])[] = [
      [{ volumes: [mount('/home/me')], security: { allow_host_paths: ['/home/me'], cap_add: ['SYS_PTRACE'] } }, {}],
      [{ ports: [{ port: 80, publish: true }] }, { ports: [80, 3000] }],
      [{ user: { sudo: true }, security: { no_new_privileges: false, seccomp: 'unconfined' } }, {}],
      [{}, { security: { network: 'none', read_only_root: true }, resources: { cpus: 1, memory: '1g', pids: 50 } }],
      [{ git: { credentials: 'token' }, resources: { gpus: 'all', shm: '1g', nofile: 4096 } }, {}],
      [{}, { volumes: [{ volume: 'cache', container: '/c' }], base_image: 'node:22-bookworm-slim' }],
    ];
    for (const [before, after] of less) assert.deepEqual(beyond(before, after), [], JSON.stringify(after));
  });

  it('goes by the limits of now where a person raised them, and by the usual where the label knows no field', () => {
    const wanted = spec({ resources: { cpus: 6, memory: '16g', pids: 2000 } });
    const made = spec({}) as MadeSpec;
    const raised = { cpus: 6, memoryBytes: 16 * 2 ** 30, pids: 2000 };
    assert.deepEqual(widened({ made, limits: raised }, wanted), []);
    assert.deepEqual(widened({ made: {}, limits }, spec({})), []);
    assert.deepEqual(widened({ made: {}, limits }, spec({ security: { cap_add: ['NET_RAW'] } })), [
      'security.cap_add NET_RAW',
    ]);
  });

  it('looks at the images that a Dockerfile is built on', () => {
    const own = spec({ dockerfile: 'Dockerfile' });
    const facts = { made: own as MadeSpec, limits };
    assert.deepEqual(widened(facts, own, ['debian:bookworm-slim']), []);
    assert.deepEqual(widened(facts, own, ['localhost/berth/shop:1']), ['image: localhost/berth/shop:1']);
  });

  it('knows of every field whether it reaches out of the container', () => {
    const out = ['base_image', 'dockerfile', 'image', 'user', 'volumes', 'ports', 'resources', 'security', 'git'];
    // A person is asked for them by what brings them in; see secrets/due.ts.
    const asked = ['secrets'];
    const within = [
      ...['build_args', 'packages', 'run', 'workspace', 'environment', 'persist', 'services', 'post_create'],
      ...['post_start', 'health', 'agents', 'editor', 'idle'],
    ];
    assert.deepEqual(Object.keys(resolvedSpec.shape).sort(), [...out, ...asked, ...within].sort());
    const parts = [resolvedSpec.shape.security, resolvedSpec.shape.resources].map((part) =>
      Object.keys(part.parse({})),
    );
    assert.deepEqual(parts, [
      ['cap_add', 'no_new_privileges', 'read_only_root', 'seccomp', 'network', 'allow_host_paths'],
      ['cpus', 'memory', 'pids', 'shm', 'nofile', 'gpus'],
    ]);
  });
});
