import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEntry, type JournalEntry } from '../../../src/core/journal/entry';
import { createJournal } from '../../../src/core/journal/journal';
import { linesBackwards } from '../../../src/core/journal/lines-backwards';

function entry(cause: string, project = 'p1'): JournalEntry {
  return {
    at: '2026-11-21T12:00:00.000Z',
    actor: 'cli',
    kind: 'started',
    project: { id: project, name: 'api' },
    container: 'c1',
    template: 'python',
    cause,
    ms: 12,
    code: null,
  };
}

describe('the journal', () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'berth-journal-'));
    file = join(dir, 'journal.jsonl');
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const open = (fullBytes?: number) =>
    createJournal(
      { journalFile: file, locksDir: join(dir, 'locks') },
      { ...(fullBytes === undefined ? {} : { fullBytes }) },
    );
  const causes = async (options?: Parameters<ReturnType<typeof open>['read']>[0]) =>
    (await open().read(options)).map(({ cause }) => cause);

  it('is read newest first, as far as asked, of one project or of all; empty before anything happened', async () => {
    const journal = open();
    assert.deepEqual(await journal.read(), []);
    for (const [cause, project] of [['1'], ['2', 'p2'], ['3']] as const) await journal.append(entry(cause, project));
    assert.deepEqual(await causes(), ['3', '2', '1']);
    assert.deepEqual(await causes({ limit: 2 }), ['3', '2']);
    assert.deepEqual(await causes({ project: 'p1' }), ['3', '1']);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('passes over a line that a crash tore, and the next one begins on its own', async () => {
    await open().append(entry('before'));
    appendFileSync(file, '{"at":"2026-11-21T12:0');
    await open().append(entry('after'));
    assert.deepEqual(await causes(), ['after', 'before']);
    writeFileSync(file, '\0\0\nnull\n[]\n{"at":"soon"}\n');
    assert.deepEqual(await causes(), []);
  });

  it('puts a full file aside and goes on reading through it, so that nothing is missed', async () => {
    const journal = open(2000);
    for (let index = 0; index < 12; index += 1) await journal.append(entry(String(index)));
    assert.ok(statSync(`${file}.1`).size >= 2000);
    const found = (await causes()).map(Number);
    assert.deepEqual(
      found,
      found.map((_, index) => 11 - index),
    );
    assert.ok(found.length >= 8);
  });

  it('tells who watches that another process wrote', async () => {
    const news = new Promise<void>((resolve) => {
      void open()
        .watch(resolve)
        .then(() => open().append(entry('news')));
    });
    await news;
  });
});

describe('a file’s lines, from the last', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'berth-lines-'));
  });
  after(() => rmSync(dir, { recursive: true }));
  const read = async (text: string): Promise<string[]> => {
    const file = join(dir, 'file');
    writeFileSync(file, text);
    const lines: string[] = [];
    for await (const line of linesBackwards(file)) lines.push(line);
    return lines;
  };

  it('are the same as from the first, wherever the reading is cut', async () => {
    const long = 'ü日🚢'.repeat(30_000);
    for (const text of ['', 'a', 'a\n', '\na', '\n\n', `${long}\n${long}`, `x\n${long}\n\ny\n`]) {
      assert.deepEqual((await read(text)).reverse(), text.split('\n'));
    }
  });

  it('are none where there is no file', async () => {
    const lines = [];
    for await (const line of linesBackwards(join(dir, 'nothing'))) lines.push(line);
    assert.deepEqual(lines, []);
  });
});

describe('a line of the journal', () => {
  it('is what was written, or null', () => {
    const one = entry('why');
    assert.deepEqual(parseEntry(JSON.stringify(one)), one);
    for (const change of [{ actor: 'me' }, { kind: 'x' }, { project: {} }, { ms: '1' }, { at: 'today' }, { code: 3 }]) {
      assert.equal(parseEntry(JSON.stringify({ ...one, ...change })), null);
    }
  });
});
