import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeScript } from '../../../src/core/sandbox/file-script';

describe('the script that replaces a file', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-write-')));
  after(() => rmSync(folder, { recursive: true }));

  it('takes nothing of a text whose end never came, as when its client is killed, and leaves no other file', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'before');
    const write = (input: string, size: number): string =>
      execFileSync('/bin/sh', ['-c', writeScript, 'berth', path, folder, '-', '644', '-', String(size)], {
        input,
        encoding: 'utf8',
      });
    assert.equal(write('half of', 14), 'part\n');
    assert.deepEqual([readFileSync(path, 'utf8'), readdirSync(folder)], ['before', ['file']]);
    assert.equal(write('half of a text', 14), `ok\n${path}\n`);
    assert.deepEqual([readFileSync(path, 'utf8'), readdirSync(folder)], ['half of a text', ['file']]);
  });
});
