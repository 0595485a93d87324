import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
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

  const words = (path: string, text: string): string[] => {
    const asked = ['-', '644', '-', 'text', text];
    return ['-c', writeScript, 'berth', path, folder, ...asked];
  };
  const others = (): string[] => readdirSync(folder).filter((name) => name !== 'file');
  const texts = (): string[] => others().map((name) => readFileSync(join(folder, name), 'utf8'));

  for (const shell of ['/bin/sh', '/bin/bash'].filter((one) => existsSync(one))) {
    it(`keeps the mode of the file that is replaced, and leaves no other file, by ${shell}`, () => {
      const path = join(folder, '-kept');
      for (const mode of [0o644, 0o600, 0o755, 0o400, 0o4711]) {
        writeFileSync(path, 'before', { mode: 0o600 });
        chmodSync(path, mode);
        execFileSync(shell, words(path, `of ${mode}`));
        assert.deepEqual([statSync(path).mode & 0o7777, readFileSync(path, 'utf8')], [mode, `of ${mode}`]);
        rmSync(path);
      }
      execFileSync(shell, words(path, 'new'));
      assert.equal(statSync(path).mode & 0o7777, 0o644);
      rmSync(path);
      assert.deepEqual(readdirSync(folder), ['file']);
    });

    it(`writes only with the lock, and leaves neither lock nor file where it is ended while it waits, by ${shell}`, async () => {
      const path = join(folder, 'file');
      const holder = spawn('flock', [folder, 'sh', '-c', 'echo held; read -r line']);
      await once(holder.stdout, 'data');
      const before = readFileSync(path, 'utf8');
      const writers: ChildProcess[] = [];
      const start = async (text: string): Promise<ChildProcess> => {
        const writer = spawn(shell, words(path, text), { stdio: 'ignore' });
        writers.push(writer);
        // Its text is whole: all that it needs now is the lock.
        while (!texts().includes(text)) {
          assert.equal(writer.exitCode, null, 'it did not wait');
          await nextTurn();
        }
        return writer;
      };
      try {
        const [ended, killed, patient] = [await start('ended'), await start('killed'), await start('patient')];
        const exits = writers.map((one) => once(one, 'exit'));
        ended.kill('SIGTERM');
        assert.deepEqual(await exits[0], [143, null]);
        killed.kill('SIGKILL');
        await exits[1];
        assert.deepEqual([readFileSync(path, 'utf8'), patient.exitCode], [before, null]);
        holder.stdin.end('\n');
        assert.deepEqual(await exits[2], [0, null]);
        execFileSync('flock', [folder, 'true']);
        assert.equal(readFileSync(path, 'utf8'), 'patient');
        // Nothing can clean up after KILL.
        assert.deepEqual(texts(), ['killed']);
      } finally {
        holder.stdin.end('\n');
        for (const writer of writers) writer.kill();
        for (const name of others()) rmSync(join(folder, name), { force: true });
      }
    });
  }
});
