import assert from 'node:assert/strict';
import type { StorageRow } from '../../../src/core/storage/look';
import { storageRows } from '../../../src/core/storage/look';
import { SizeMemory, sizesInside } from '../../../src/core/storage/sizes';
import { storageText, volumeText } from '../../../src/core/storage/words';
import { storageLook, volumeLook } from '../../../src/editor/rows/storage-look';

const mib = 1024 * 1024;
const home: StorageRow = {
  ...{ name: 'berth-api-abc-home', label: 'home', purpose: 'the home folder', target: '/home/dev' },
  sizeBytes: 214 * mib,
};
const cache: StorageRow = {
  ...home,
  name: 'b',
  label: '/opt/x',
  purpose: 'the folder /opt/x',
  target: '/opt/x',
  sizeBytes: null,
};
const old: StorageRow = { ...home, name: 'a-2', target: null };

describe('rows of storage', () => {
  it('say in the group’s row the one volume there is, else how many and how large', () => {
    assert.equal(storageLook('api', [home]).description, 'home 214 MiB');
    assert.equal(storageText([{ ...home, sizeBytes: null }]), 'home');
    assert.equal(storageText([home, cache]), '2 volumes, at least 214 MiB');
    assert.equal(storageText([home, old]), '2 volumes, 428 MiB');
  });

  it('show size and place, and what is not in use', () => {
    assert.equal(volumeLook(home).description, '214 MiB · /home/dev');
    assert.equal(volumeLook(cache).description, '');
    const below = volumeLook({ ...cache, label: '~/.cache', target: '/home/dev/.cache' });
    assert.equal(below.description, '');
    assert.match(below.tooltip, /`\/home\/dev\/\.cache`/);
    assert.equal(volumeLook(old).description, '214 MiB · not in use');
    assert.equal(volumeText(old), 'the home folder, 214 MiB, not in use');
    assert.equal(volumeText(old, false), 'the home folder, 214 MiB');
    const workspace = volumeLook({ ...home, label: 'workspace', target: '/workspace' });
    assert.equal(workspace.context, 'volume workspace');
    assert.equal(workspace.spoken, 'Volume workspace, 214 MiB · /workspace');
  });

  it('are a project’s volumes, those in use first', () => {
    const label = (purpose: string) => ({ 'dev.berth.volume': purpose });
    const volumes = [
      { name: 'z', labels: label('home') },
      { name: 'y', labels: label('folder:~/.cache') },
      { name: 'x', labels: label('workspace') },
    ];
    const mounts = ['x', 'y'].map(
      (volume) => ({ kind: 'volume', volume, target: `/${volume}`, readOnly: false }) as const,
    );
    const rows = storageRows(volumes, mounts, new Map([['x', 5]]));
    assert.deepEqual(
      rows.map(({ label: text, target, sizeBytes }) => [text, target, sizeBytes]),
      [
        ['workspace', '/x', 5],
        ['~/.cache', '/y', null],
        ['home', null, null],
      ],
    );
  });
});

describe('sizes of volumes', () => {
  const volume = (name: string, target: string) => ({ kind: 'volume', volume: name, target, readOnly: false }) as const;

  it('count what is mounted within another once', () => {
    const mounts = [
      volume('home', '/home/dev'),
      volume('cache', '/home/dev/.cache'),
      volume('pip', '/home/dev/.cache/pip'),
    ];
    const told = '100\t/home/dev\n30\t/home/dev/.cache\n10\t/home/dev/.cache/pip\ndu: nonsense';
    assert.deepEqual(
      [...sizesInside(told, mounts)],
      [
        ['home', 70 * 1024],
        ['cache', 20 * 1024],
        ['pip', 10 * 1024],
      ],
    );
  });

  it('are true for a while, and of one engine', () => {
    let now = 0;
    const memory = new SizeMemory(() => now);
    memory.keep('one', new Map([['a', 1]]));
    assert.deepEqual([...memory.of('one', ['a', 'b'])], [['a', 1]]);
    assert.deepEqual([...memory.of('two', ['a'])], []);
    now = 299_999;
    assert.equal(memory.of('one', ['a']).size, 1);
    now = 300_000;
    assert.equal(memory.of('one', ['a']).size, 0);
    memory.keep('two', new Map([['b', 2]]));
    assert.deepEqual([...memory.of('one', ['a'])], []);
  });
});
