import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labels } from '../../../src/core/model';
import { distrust, isSettled, isThere, type BuildMemory, type Now } from '../../../src/core/projects/build-memory';
import { isWorthKeeping, pruneMemories } from '../../../src/core/projects/prune-memories';
import { memoriesDir, questionText, stampOf, type BuildQuestion } from '../../../src/core/projects/build-memory-file';

const memory: BuildMemory = {
  question: 'q',
  engine: { url: 'unix:///e.sock', apiVersion: '1.41', mark: 'Docker/20.10 API 1.41' },
  owner: '1000:1000',
  files: [
    ['/project/berth.yaml', 'a'],
    ['/project/berth.local.yaml', null],
  ],
  image: { template: 'plain', tag: 'berth/plain:123', fingerprint: 'f' },
};
const there: Readonly<Record<string, string>> = { '/project/berth.yaml': 'a' };
const now: Now = {
  question: 'q',
  url: 'unix:///e.sock',
  owner: '1000:1000',
  stamp: (path) => there[path] ?? null,
};

describe('projects: what is remembered of a build', () => {
  it('is trusted where nothing changed', () => assert.equal(distrust(memory, now), null));

  const changes: readonly (readonly [name: string, now: Partial<Now>, why: string])[] = [
    ['something else is asked', { question: 'r' }, 'asked otherwise'],
    ['another engine is chosen', { url: 'unix:///other.sock' }, 'another engine'],
    ['no engine is certain', { url: null }, 'another engine'],
    ['the folder has another owner', { owner: '0:0' }, 'another owner'],
    ['a file was edited', { stamp: (path) => (path in there ? 'b' : null) }, 'a file changed'],
    ['a file is gone', { stamp: () => null }, 'a file changed'],
    ['a file came', { stamp: () => 'a' }, 'a file changed'],
  ];
  for (const [name, change, why] of changes) {
    it(`is not where ${name}`, () => assert.equal(distrust(memory, { ...now, ...change }), why));
  }

  it('is not where the engine or its image is another', () => {
    const found = { mark: memory.engine.mark, id: 'sha256:1', labels: { [labels.fingerprint]: 'f' } };
    assert.ok(isThere(memory, found));
    assert.ok(!isThere(memory, null));
    assert.ok(!isThere(memory, { ...found, mark: 'Docker/29 API 1.51' }));
    assert.ok(!isThere(memory, { ...found, labels: {} }));
    assert.ok(!isThere(memory, { ...found, labels: { [labels.fingerprint]: 'g' } }));
  });

  it('is not written down of a file that changed a moment before it was read, or after that', () => {
    assert.ok(isSettled(null, 10_000));
    assert.ok(isSettled(7_999, 10_000));
    for (const changed of [8_000, 10_000, 99_000]) assert.ok(!isSettled(changed, 10_000));
  });

  it('goes with its image, and when it has grown old; that of another engine stays', () => {
    const removed = { engine: memory.engine.url, tags: new Set([memory.image.tag]) };
    const none = { ...removed, tags: new Set<string>() };
    const day = 24 * 3_600_000;
    assert.ok(isWorthKeeping(memory, 0, none, 29 * day));
    assert.ok(!isWorthKeeping(memory, 0, none, 31 * day));
    assert.ok(!isWorthKeeping(memory, 0, removed, 0));
    assert.ok(isWorthKeeping(memory, 0, { ...removed, engine: 'unix:///other.sock' }, 0));
    assert.ok(!isWorthKeeping(null, 0, none, 0), 'what cannot be read tells nothing');
  });

  it('is removed from the disk where it is not worth keeping', async () => {
    const home = { stateDir: mkdtempSync(join(tmpdir(), 'berth-memories-')) };
    try {
      mkdirSync(memoriesDir(home));
      for (const [name, text] of [
        ['kept', JSON.stringify(memory)],
        ['torn', '{'],
        ['other', '{}'],
      ] as const) {
        writeFileSync(join(memoriesDir(home), `${name}.json`), text);
      }
      assert.equal(await pruneMemories(home, { engine: '', tags: new Set() }), 2);
      assert.deepEqual(readdirSync(memoriesDir(home)), ['kept.json']);
    } finally {
      rmSync(home.stateDir, { recursive: true });
    }
  });

  it('is of one question alone: every setting that no file holds makes another', () => {
    const question: BuildQuestion = {
      home: { stateDir: '/s', userTemplatesDir: '/u' },
      env: {},
      installation: '/i',
      program: '/i/cli.js',
      folder: '/work',
      template: './berth.yaml',
    };
    const others: readonly Partial<BuildQuestion>[] = [
      { home: { stateDir: '/s', userTemplatesDir: '/v' } },
      { env: { BERTH_EXTRA_CA_CERTS: '/ca.pem' } },
      { installation: '/j' },
      { program: '/j/cli.js' },
      { folder: '/other' },
      { template: 'base' },
    ];
    const texts = [question, ...others.map((other) => ({ ...question, ...other }))].map(questionText);
    assert.equal(new Set(texts).size, texts.length);
    assert.equal(questionText({ ...question, env: { TERM: 'xterm' } }), texts[0]);
  });
});

describe('projects: the stamp of a file', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'berth-stamp-'));
    write('file', 'one');
    write('other', 'two');
    symlinkSync('file', join(dir, 'link'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    // Long ago, so that a stamp of times alone would not tell the edits below apart.
    utimesSync(join(dir, name), 1, 1);
  };

  const replaceByFolder = () => {
    rmSync(join(dir, 'file'));
    mkdirSync(join(dir, 'file'));
  };
  const edits: readonly (readonly [name: string, edit: () => void])[] = [
    ['is longer', () => write('file', 'longer')],
    ['is replaced by one as long and as old', () => renameSync(join(dir, 'other'), join(dir, 'file'))],
    ['may no longer be read by all', () => chmodSync(join(dir, 'file'), 0o600)],
    ['is gone', () => rmSync(join(dir, 'file'))],
    ['is a folder now', replaceByFolder],
  ];
  for (const [name, edit] of edits) {
    it(`is another where it ${name}, by its own name and by a link`, () => {
      const before = ['file', 'link'].map((path) => stampOf(join(dir, path)));
      edit();
      const after = ['file', 'link'].map((path) => stampOf(join(dir, path)));
      assert.ok(before[0] !== after[0] && before[1] !== after[1]);
    });
  }

  it('is another where a link leads elsewhere', () => {
    const before = stampOf(join(dir, 'link'));
    rmSync(join(dir, 'link'));
    symlinkSync('other', join(dir, 'link'));
    assert.notEqual(stampOf(join(dir, 'link')), before);
  });

  it('is null where nothing is, and below what is no folder', () => {
    assert.equal(stampOf(join(dir, 'none')), null);
    assert.equal(stampOf(join(dir, 'file', 'below')), null);
  });
});
