import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JournalEntry } from '../../../src/core/journal/entry';
import { createJournal } from '../../../src/core/journal/journal';
import { bundleProgram } from '../../harness/program';

const one: JournalEntry = {
  at: '2026-11-21T12:00:00.000Z',
  actor: 'cli',
  kind: 'started',
  project: { id: 'p1', name: 'api' },
  container: 'c1',
  template: 'python',
  cause: null,
  ms: 12,
  code: null,
};

describe('the journal of several processes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'berth-journal-'));
  after(() => rmSync(dir, { recursive: true }));

  it('keeps every line whole while they write', async () => {
    const place = { journalFile: join(dir, 'journal.jsonl'), locksDir: join(dir, 'locks') };
    const contents = `
      import { createJournal } from '../../../src/core/journal/journal';
      const journal = createJournal(${JSON.stringify(place)}, { fullBytes: 40000 });
      const write = async () => {
        for (let index = 0; index < 50; index += 1) {
          const cause = process.argv[2] + ' ' + index + ' ' + 'é'.repeat(100);
          await journal.append({ ...${JSON.stringify(one)}, cause });
        }
      };
      void write();
    `;
    const writer = bundleProgram(join(dir, 'writer.cjs'), { stdin: { contents, resolveDir: __dirname, loader: 'ts' } });
    const names = ['a', 'b', 'c'];
    await Promise.all(names.map((name) => promisify(execFile)(process.execPath, [writer, name])));
    const all = await createJournal(place).read();
    assert.equal(all.length, 150);
    for (const name of names) {
      const own = all.filter(({ cause }) => cause?.startsWith(`${name} `));
      assert.deepEqual(
        own.map(({ cause }) => Number(cause?.split(' ')[1])),
        Array.from({ length: 50 }, (_, index) => 49 - index),
      );
    }
  });
});
