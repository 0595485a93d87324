import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { VolumeSummary } from '../../../src/core/engine/types';
import { handOverScript } from '../../../src/core/storage/hand-over';
import { foldersOf, formatHomeFiles, homeUpdate, parseHomeFiles } from '../../../src/core/storage/home-manifest';
import { ownershipFor } from '../../../src/core/storage/ownership';
import { keptFolders } from '../../../src/core/storage/persist';
import { purposeInWords, volumePurposeLabel, volumeRoundLabel } from '../../../src/core/storage/purpose';
import { chooseVolume, folderWish, homeWish } from '../../../src/core/storage/volumes';

describe('storage: which folders are kept', () => {
  const cases: readonly (readonly [persist: 'home' | 'none' | string[], home: string, kept: string])[] = [
    ['home', '/home/dev', 'home'],
    ['none', '/home/dev', ''],
    [[], '/home/dev', ''],
    [['~/.cache/pip', '/var/lib/data'], '/home/dev', '~/.cache/pip=/home/dev/.cache/pip /var/lib/data=/var/lib/data'],
    [['~/.cache'], '/root', '~/.cache=/root/.cache'],
    // An absolute path below the home folder is the same volume as one below ~, whatever the user is called.
    [['/home/dev/.cache', '~/.cache'], '/home/dev', '~/.cache=/home/dev/.cache'],
    [['/home/dev/.cache'], '/home/pat', '/home/dev/.cache=/home/dev/.cache'],
    // What lies within another is kept with that, in any order; what only begins the same does not.
    [
      ['~/.cache/pip', '~/.cache', '~/.cache-2'],
      '/home/dev',
      '~/.cache=/home/dev/.cache ~/.cache-2=/home/dev/.cache-2',
    ],
    [['~/.cache', '/home/dev', '/opt/x'], '/home/dev', 'home /opt/x=/opt/x'],
  ];
  for (const [persist, home, expected] of cases) {
    it(`${JSON.stringify(persist)} with ${home}`, () => {
      const { home: whole, folders } = keptFolders(persist, home);
      const told = [...(whole ? ['home'] : []), ...folders.map(({ folder, target }) => `${folder}=${target}`)];
      assert.equal(told.join(' '), expected);
    });
  }
});

describe('storage: which volume serves a purpose', () => {
  const identity = { id: 'abcdef123456', name: 'api' };
  const volume = (name: string, purpose: string, round?: number): VolumeSummary => ({
    name,
    labels: { [volumePurposeLabel]: purpose, ...(round === undefined ? {} : { [volumeRoundLabel]: String(round) }) },
  });
  const choose = (there: VolumeSummary[], last?: string, afresh = false) =>
    chooseVolume(identity, homeWish, { there, remembered: last === undefined ? {} : { home: last } }, afresh);

  it('makes the first under a name that says all, so that two processes make the same', () => {
    assert.deepEqual(choose([]), { name: 'berth-api-abcdef-home', isNew: true, round: 1, lost: null });
  });

  it('takes the one there is, whatever its name, and says which one is gone', () => {
    assert.equal(choose([volume('old-name', 'home'), volume('x', 'named:home')]).name, 'old-name');
    assert.deepEqual(choose([], 'mine'), { name: 'berth-api-abcdef-home', isNew: true, round: 1, lost: 'mine' });
  });

  it('takes the one that the last container had among several, else the latest', () => {
    const there = [volume('one', 'home'), volume('two', 'home', 2)];
    assert.equal(choose(there, 'one').name, 'one');
    assert.equal(choose(there).name, 'two');
    assert.equal(choose(there, 'gone').name, 'two');
  });

  it('begins afresh with the next round, beside those there are', () => {
    const there = [volume('one', 'home'), volume('two', 'home', 2)];
    assert.deepEqual(choose(there, 'one', true), {
      ...{ name: 'berth-api-abcdef-home-3', isNew: true, round: 3, lost: null },
    });
  });

  it('tells paths apart that look the same as part of a name', () => {
    const names = ['~/.cache/pip', '/cache/pip', '/cache-pip'].map((folder) => folderWish(folder).suffix);
    assert.equal(new Set(names).size, 3);
    for (const name of names) assert.match(name, /^folder-cache-pip-[0-9a-f]{6}$/);
    assert.equal(purposeInWords(folderWish('~/.cache').purpose), 'the folder ~/.cache');
  });
});

describe('storage: a new image’s home files', () => {
  const files = (text: string) =>
    new Map(text.split(' ').flatMap((one) => (one === '' ? [] : [one.split('=') as [string, string]])));
  /** `before`, `image` and `volume` as `path=hash …`; what is copied and what is left. */
  const cases: readonly (readonly [why: string, before: string | null, image: string, volume: string, told: string])[] =
    [
      ['new ones appear', 'a=1', 'a=1 b=1', 'a=1', 'copy b, leave '],
      ['one that is as it came follows the image', 'a=1', 'a=2', 'a=1', 'copy a, leave '],
      ['one that the user changed stays', 'a=1', 'a=2', 'a=9', 'copy , leave a'],
      ['one that the user changed stays where the image did not change it', 'a=1', 'a=1', 'a=9', 'copy , leave '],
      ['one that the user removed stays away', 'a=1', 'a=1', '', 'copy , leave '],
      ['one that the user removed stays away when it changes too', 'a=1', 'a=2', '', 'copy , leave a'],
      ['a link or folder in its place stays', 'a=1', 'a=2', 'a=other', 'copy , leave a'],
      ['one that is the same already is nothing', '', 'a=1', 'a=1', 'copy , leave '],
      ['one that the image lost stays', 'a=1', '', 'a=1', 'copy , leave '],
      ['without a manifest nothing that is there changes', null, 'a=2 b=1', 'a=1', 'copy b, leave a'],
    ];
  for (const [why, before, image, volume, told] of cases) {
    it(why, () => {
      const facts = { before: before === null ? null : files(before), image: files(image), volume: files(volume) };
      const { copy, left } = homeUpdate(facts);
      assert.equal(`copy ${copy.join(' ')}, leave ${left.join(' ')}`, told);
    });
  }

  it('remembers what any image had, so that one that comes back is known', () => {
    const facts = { before: files('./a=1 ./b=1'), image: files('./b=2'), volume: files('./b=1') };
    assert.deepEqual(
      [...homeUpdate(facts).manifest],
      [
        ['./a', '1'],
        ['./b', '2'],
      ],
    );
  });

  it('never copies over what differs from all that images had there', () => {
    const some = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', 'other'));
    fc.assert(
      fc.property(some, some, some, (before, image, volume) => {
        const maps = [before, image, volume].map((one) => new Map(Object.entries(one)));
        const { copy } = homeUpdate({ before: maps[0]!, image: maps[1]!, volume: maps[2]! });
        for (const path of copy) assert.equal(volume[path], before[path]);
      }),
    );
  });

  it('reads and writes a manifest with any name a line can hold', () => {
    const hash = 'a'.repeat(64);
    const lines = [`${hash}  ./with space/and  two`, `${hash} *./binary`, 'nonsense', `${hash}  outside`];
    const read = parseHomeFiles(lines);
    assert.deepEqual([...read.keys()], ['./with space/and  two', './binary']);
    assert.deepEqual(parseHomeFiles(formatHomeFiles(read).split('\n')), read);
    assert.deepEqual(foldersOf(['./a/b/c', './a/d', './e']), ['./a', './a/b']);
  });
});

describe('storage: whose files a container makes', () => {
  const engine = { local: true, rootless: false, flavour: 'docker' };
  const cases: readonly (readonly [string, Parameters<typeof ownershipFor>[0], string, RegExp | null])[] = [
    ['the owner', { engine, platform: 'linux', folder: { uid: 1000, gid: 1000 } }, '1000:1000', null],
    ['any owner', { engine, platform: 'linux', folder: { uid: 4242, gid: 4343 } }, '4242:4343', null],
    ['root', { engine, platform: 'linux', folder: { uid: 0, gid: 0 } }, '0:0', /belongs to root/],
    ['a preview', { engine: null, platform: 'linux', folder: { uid: 4242, gid: 1 } }, '4242:1', null],
    ['a preview on a Mac', { engine: null, platform: 'darwin', folder: { uid: 501, gid: 20 } }, '1000:1000', null],
    [
      'another machine',
      { engine: { ...engine, local: false }, platform: 'linux', folder: { uid: 7, gid: 7 } },
      '1000:1000',
      null,
    ],
    ['Windows', { engine: { ...engine, local: false }, platform: 'win32', folder: null }, '1000:1000', null],
    [
      'rootless Docker',
      { engine: { ...engine, rootless: true }, platform: 'linux', folder: { uid: 7, gid: 7 } },
      '0:0',
      /you outside/,
    ],
    [
      'rootless Podman',
      { engine: { ...engine, rootless: true, flavour: 'podman' }, platform: 'linux', folder: { uid: 7, gid: 8 } },
      '7:8 keep-id',
      null,
    ],
    [
      'Podman as root',
      { engine: { ...engine, flavour: 'podman' }, platform: 'linux', folder: { uid: 7, gid: 8 } },
      '7:8',
      null,
    ],
    [
      'remapped users',
      { engine: { ...engine, remapped: true }, platform: 'linux', folder: { uid: 7, gid: 8 } },
      '1000:1000',
      /userns-remap/,
    ],
  ];
  for (const [name, facts, expected, notice] of cases) {
    it(name, () => {
      const found = ownershipFor(facts);
      const told = `${found.uid}:${found.gid}${found.userns === undefined ? '' : ` ${found.userns}`}`;
      assert.equal(told, expected);
      if (notice === null) assert.equal(found.notice, null);
      else assert.match(found.notice ?? '', notice);
    });
  }

  it('hands over new volumes and the folders that the engine made above them, and nothing to root', () => {
    const volume = (target: string, readOnly = false) => ({ kind: 'volume', volume: 'v', target, readOnly }) as const;
    const mounts = [volume('/home/dev/.cache/pip'), volume('/opt/fixed', true)];
    assert.equal(handOverScript(mounts, 'root', '/root'), null);
    assert.equal(handOverScript([volume('/opt/fixed', true)], 'dev', '/home/dev'), null);
    const script = handOverScript(mounts, 'dev', '/home/dev') ?? '';
    assert.match(script, /for each in '?\/home\/dev\/.cache\/pip'?;/);
    assert.match(script, /for each in '?\/home\/dev\/.cache'?;/);
    assert.doesNotMatch(script, /fixed/);
  });

  it('hands over nothing that a link in a kept home folder leads to', () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'berth-hand-')));
    try {
      const [home, programs] = [join(dir, 'home'), join(dir, 'programs')];
      for (const folder of ['home/.cache/a/pip', 'programs', 'system/share/tool', 'link']) {
        mkdirSync(join(dir, folder), { recursive: true });
      }
      symlinkSync(join(dir, 'system'), join(home, '.local'));
      symlinkSync(home, join(dir, 'link/home'));
      // All belongs to root, and what would be given away is told.
      for (const [name, text] of [
        ['stat', 'echo 0'],
        ['chown', 'pwd'],
      ] as const) {
        writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`);
        chmodSync(join(programs, name), 0o755);
      }
      const given = (at: string): string[] => {
        const targets = ['.cache/a/pip', '.local/share/tool'].map((below) => `${at}/${below}`);
        const mounts = targets.map((target) => ({ kind: 'volume', volume: 'v', target, readOnly: false }) as const);
        const script = handOverScript(mounts, 'dev', at) ?? '';
        const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
        return execFileSync('sh', ['-c', `${script}\ntrue`], { env, encoding: 'utf8' })
          .trim()
          .split('\n');
      };
      const mounted = [join(home, '.cache/a/pip'), join(dir, 'system/share/tool')];
      const own = [join(home, '.cache'), join(home, '.cache/a')];
      assert.deepEqual(given(home), [...mounted, ...own]);
      // A home folder that an image itself reaches by a link is one all the same.
      assert.deepEqual(given(join(dir, 'link/home')), [...mounted, ...own]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
