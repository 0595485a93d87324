import assert from 'node:assert/strict';
import { mkdir, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { EngineInfo, EngineMount } from '../../../src/core/engine/types';
import { BerthError } from '../../../src/core/errors';
import { checkBindSources, needsCheck } from '../../../src/core/engine/bind-sources';
import { canBeSwapped, hostMounts } from '../../../src/core/projects/host-mounts';
import { isWithin } from '../../../src/core/paths';
import { expanded, refusedAlways, type Guarded, type HostPath } from '../../../src/core/projects/host-paths';
import { makeInside } from '../../../src/core/projects/make-folder';
import { template, TemplateFolder } from '../templates/folder';

const info: EngineInfo = {
  ...{ id: 'x', version: '1', apiVersion: '1.41', os: 'linux', arch: 'amd64', cpus: 1, memoryBytes: 1 },
  ...{ rootless: false, flavour: 'docker', buildkit: true, local: true, dataRoot: '/nowhere/data' },
  endpoint: { url: 'unix:///nowhere/engine.sock', source: 'test' },
};

describe('projects: what a template mounts of this machine', () => {
  /** The mounts of a project's template, or the paths of the entries that are refused, with what is said of the first. */
  const mounts = async (folder: TemplateFolder, facts: Partial<EngineInfo> = {}) => {
    const project = await realpath(folder.path('work'));
    const resolved = await folder.templates.resolve(project);
    return hostMounts({ info: { ...info, ...facts }, identity: { folder: project }, resolved });
  };
  const project = (spec: string) => TemplateFolder.create({ 'work/berth.yaml': template(`base_image: a\n${spec}`) });

  it('says that an engine elsewhere sees none of it, and asks for nothing where nothing is named', async () => {
    await using folder = await project('volumes: [{host: ., container: /x}, {volume: vol, container: /v}]');
    const elsewhere = { local: false, endpoint: { url: 'ssh://me@far', source: 'test' } };
    await assert.rejects(mounts(folder, elsewhere), (error: unknown) => {
      assert.ok(error instanceof BerthError && error.code === 'volume_refused', String(error));
      assert.match(error.message, /ssh:\/\/me@far cannot see this machine/);
      assert.deepEqual(
        error.errors?.map(({ path, line }) => `${line} ${path}`),
        ['7 spec.volumes[0].host'],
      );
      return true;
    });
    await using none = await project('volumes: [{volume: vol, container: /v}]');
    assert.deepEqual(await mounts(none, elsewhere), { mounts: [], notices: [] });
  });

  it('knows the connected engine’s own socket, wherever it listens, and its data', async () => {
    await using folder = await project(
      'volumes: [{host: ./sub/dir, container: /x}]\nsecurity: {allow_host_paths: [/]}',
    );
    await mkdir(folder.path('work/sub/dir'), { recursive: true });
    const source = join(await realpath(folder.dir), 'work/sub/dir');
    assert.equal((await mounts(folder)).mounts[0]?.source, source);
    const socket = join(source, 'engine.sock');
    const server = createServer().listen(socket);
    await symlink(socket, folder.path('alias.sock'));
    try {
      for (const url of [`unix://${socket}`, `unix://${folder.path('alias.sock')}`]) {
        await assert.rejects(mounts(folder, { endpoint: { url, source: 'test' } }), /socket/);
      }
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await assert.rejects(mounts(folder, { dataRoot: source }), /data/);
    await assert.rejects(mounts(folder, { dataRoot: folder.path('work/sub') }), /data|cannot be a project/);
    assert.equal((await mounts(folder, { dataRoot: source, rootless: true })).mounts.length, 1);
  });

  it('lets nothing through that is never to be mounted', () => {
    const guarded: Guarded = { paths: ['/data/engine/x.sock'], inodes: new Set(['1:7']) };
    const path = (real: string, more: Partial<HostPath> = {}): HostPath => ({
      real,
      kind: 'folder',
      inode: '1:1',
      ...more,
    });
    for (const real of [
      '/',
      '/run',
      '/var',
      '/var/run',
      '/proc',
      '/proc/1/root',
      '/data',
      '/data/engine',
      '/data/engine/x.sock',
    ]) {
      assert.match(refusedAlways(path(real), guarded) ?? '', /socket/, real);
    }
    assert.match(refusedAlways(path('/other/name', { inode: '1:7' }), guarded) ?? '', /socket/);
    assert.match(refusedAlways(path('/x', { kind: 'other' }), guarded) ?? '', /device/);
    for (const real of ['/data/engine2', '/data/other', '/runner', '/home/me/var', '/srv']) {
      assert.equal(refusedAlways(path(real), guarded), null, real);
    }
  });

  it('reads paths as people write them', () => {
    const table = [
      ['./data', '/p/data'],
      ['data/../x', '/p/x'],
      ['/abs', '/abs'],
      ['~', '/home/me'],
      ['~/x', '/home/me/x'],
      ['~other', '/p/~other'],
      ['../up', '/up'],
    ] as const;
    for (const [written, path] of table) assert.equal(expanded(written, '/p', '/home/me'), path);
    assert.deepEqual(
      [
        isWithin('/a/b', '/a'),
        isWithin('/a', '/a'),
        isWithin('/ab', '/a'),
        isWithin('/a/..b', '/a'),
        isWithin('/', '/a'),
      ],
      [true, true, false, true, false],
    );
  });

  it('makes what is missing inside a project only', async () => {
    await using folder = await TemplateFolder.create({ 'work/file': '', 'out/x': '' });
    const work = await realpath(folder.path('work'));
    await symlink(folder.path('out'), folder.path('work/link'));
    await symlink('nowhere', folder.path('work/dangling'));
    assert.equal(await makeInside(work, join(work, 'a/b/c')), true);
    assert.ok((await stat(join(work, 'a/b/c'))).isDirectory());
    assert.equal(await makeInside(work, join(work, 'a/b/one.txt'), 'file'), true);
    assert.ok((await stat(join(work, 'a/b/one.txt'))).isFile());
    for (const path of ['link/new', 'dangling', 'dangling/x', '../beside']) {
      assert.equal(await makeInside(work, join(work, path)), false, path);
    }
    await assert.rejects(stat(folder.path('out/new')), { code: 'ENOENT' });
    await assert.rejects(makeInside(work, join(work, 'file/x')), { code: 'ENOTDIR' });
  });

  const bind = (source: string, readOnly = false): EngineMount => ({ kind: 'bind', source, target: source, readOnly });

  it('knows what could be swapped for a link from inside', () => {
    assert.equal(canBeSwapped([bind('/p')]), false);
    assert.equal(canBeSwapped([bind('/p'), bind('/srv/x', true)]), false);
    assert.equal(canBeSwapped([bind('/p'), bind('/p/data', true)]), true);
    assert.equal(canBeSwapped([bind('/p'), bind('/srv'), bind('/srv/x')]), true);
    assert.equal(canBeSwapped([bind('/p'), bind('/srv', true), bind('/srv/x')]), false);
  });

  it('looks again at what a container mounts before each start', async () => {
    await using folder = await TemplateFolder.create({ 'work/data/x': '', 'other/x': '' });
    const dir = await realpath(folder.dir);
    const made = [bind(join(dir, 'work')), bind(join(dir, 'work/data'))];
    await checkBindSources(made, info);
    assert.deepEqual([needsCheck(made, info), needsCheck([], info)], [true, false]);
    await writeFile(join(dir, 'work/data.old'), '');
    const swapped = [bind(join(dir, 'work')), bind(join(dir, 'work/link'))];
    await symlink(join(dir, 'other'), join(dir, 'work/link'));
    await assert.rejects(checkBindSources(swapped, info), /has become a link to .*other/);
    await assert.rejects(checkBindSources([...made, bind(join(dir, 'gone'))], info), /is gone/);
    // The workspace alone: it may lie in the folder of another project, whose container swapped it.
    await assert.rejects(checkBindSources(swapped.slice(1), info), /has become a link to .*other/);
    await checkBindSources(swapped, { ...info, local: false });
  });
});
