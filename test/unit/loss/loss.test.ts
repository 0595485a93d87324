import assert from 'node:assert/strict';
import type { ContainerChange } from '../../../src/core/engine/types';
import { lostPaths } from '../../../src/core/loss/classify';
import { ownersOf, ownersScript, packagesIn, promotable } from '../../../src/core/loss/packages';
import { isThrowAway } from '../../../src/core/loss/throw-away';

const added = (...paths: string[]): ContainerChange[] => paths.map((path) => ({ path, kind: 'added' }));
const changed = (...paths: string[]): ContainerChange[] => paths.map((path) => ({ path, kind: 'changed' }));

describe('what a discarded container would lose', () => {
  const lost = (changes: ContainerChange[], mounts: string[] = [], own: string[] = []) =>
    lostPaths(changes, mounts, (path) => own.includes(path)).map(
      ({ path, kind, files }) => `${kind} ${path}${files > 0 ? ` (${files})` : ''}`,
    );

  const table: readonly [string, string[], string[]][] = [
    ['nothing of an untouched one', lost([]), []],
    [
      'a new file, not the folder that it lies in',
      lost([...changed('/etc'), ...added('/etc/app.conf')]),
      ['added /etc/app.conf'],
    ],
    ['an edited file', lost(changed('/etc', '/etc/hosts.allow')), ['changed /etc/hosts.allow']],
    ['a deleted one', lost([...changed('/etc'), { path: '/etc/motd', kind: 'deleted' }]), ['deleted /etc/motd']],
    [
      'a new folder once, with the number of its files',
      lost([...changed('/opt'), ...added('/opt/tool', '/opt/tool/bin', '/opt/tool/bin/a', '/opt/tool/readme')]),
      ['added /opt/tool (2)'],
    ],
    [
      'nothing on a mount, nor the mount itself',
      lost(added('/workspace', '/workspace/x', '/home/dev'), ['/workspace', '/home/dev']),
      [],
    ],
    [
      'nothing of the folders on the way to a mount',
      lost([...added('/data'), ...added('/data/deep')], ['/data/deep']),
      [],
    ],
    [
      'no logs, caches and temporary files',
      lost([...changed('/var', '/var/log'), ...added('/var/log/x', '/tmp/y', '/var/cache/z')]),
      [],
    ],
    [
      'nothing that belongs to a package',
      lost([...changed('/usr', '/usr/bin'), ...added('/usr/bin/tree')], [], ['/usr/bin/tree']),
      [],
    ],
    [
      'a folder of a package, of which one file is not its own',
      lost(added('/opt/p', '/opt/p/own', '/opt/p/mine'), [], ['/opt/p', '/opt/p/own']),
      ['added /opt/p/mine'],
    ],
    ['no new folder that is left with nothing in it', lost(added('/opt/p', '/opt/p/own'), [], ['/opt/p/own']), []],
    [
      'a new folder once, beside others whose names begin with its own',
      lost(added('/opt/a', '/opt/a-1', '/opt/a-1/x', '/opt/a.bak', '/opt/a/x', '/opt/a/y')),
      ['added /opt/a (2)', 'added /opt/a-1 (1)', 'added /opt/a.bak'],
    ],
    ['an empty new folder', lost(added('/srv/www')), ['added /srv/www']],
    ['a name that begins like a mount', lost(added('/workspace2'), ['/workspace']), ['added /workspace2']],
  ];
  for (const [what, found, wanted] of table) it(what, () => assert.deepEqual(found, wanted));

  it('knows what nobody misses by whole names', () => {
    for (const path of ['/tmp', '/tmp/x', '/var/lib/dpkg/status-old', '/usr/lib/a/__pycache__/b.pyc'])
      assert.ok(isThrowAway(path), path);
    for (const path of ['/tmpfile', '/var/lib/mine', '/etc/hosts.allow', '/root/notes'])
      assert.ok(!isThrowAway(path), path);
  });
});

describe('packages that were installed by hand', () => {
  const found = packagesIn([
    ...added('/var/lib/dpkg/info/tree.list', '/var/lib/dpkg/info/libx:amd64.list', '/var/lib/dpkg/info/tree.md5sums'),
    ...added(
      '/usr/lib/python3/dist-packages/black-24.1.dist-info',
      '/usr/lib/python3/dist-packages/black-24.1.dist-info/REQUESTED',
    ),
    ...added('/usr/local/lib/python3.12/site-packages/click-8.1.dist-info'),
    ...added(
      '/usr/local/lib/node_modules/@scope/tool',
      '/usr/local/lib/node_modules/@scope',
      '/usr/local/lib/node_modules/npx2',
    ),
    ...added('/usr/local/lib/node_modules/npx2/node_modules/dep'),
    ...changed('/var/lib/dpkg/info/git.list'),
  ]);

  it('are told from the changes alone', () => {
    assert.deepEqual(found.apt, ['tree', 'libx:amd64']);
    assert.deepEqual(
      found.pip.map(({ name, requested }) => [name, requested]),
      [
        ['black', true],
        ['click', false],
      ],
    );
    assert.deepEqual(
      found.npm.map(({ name }) => name),
      ['@scope/tool', 'npx2'],
    );
  });

  it('are those that somebody asked for, not what came for their sake', () => {
    const owners = ownersOf('manual tree\nfile /bin/tree\nfile /usr/share/doc/tree\n');
    assert.deepEqual(promotable(found, owners), [
      { manager: 'apt', name: 'tree' },
      { manager: 'pip', name: 'black' },
      { manager: 'npm', name: '@scope/tool' },
      { manager: 'npm', name: 'npx2' },
    ]);
    assert.ok(owners.files.has('/usr/bin/tree'));
  });

  it('are all named where the container cannot be asked', () => {
    assert.deepEqual(
      promotable(found, null).map(({ name }) => name),
      ['tree', 'libx', 'black', '@scope/tool', 'npx2'],
    );
  });

  it('are asked about in one script that takes any name as data', () => {
    assert.equal(ownersScript({ apt: [], pip: [], npm: [] }), null);
    const script = ownersScript({
      apt: ['tree'],
      pip: [],
      npm: [{ folder: "/usr/lib/node_modules/it's $(x)", name: 'x' }],
    });
    assert.match(script ?? '', /'\/usr\/lib\/node_modules\/it'\\''s \$\(x\)'/);
  });
});
