import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { shellCommand } from '../../../src/core/quote';
import { helpedShell } from '../../../src/core/sandbox/file-helper';
import { fileLibrary } from '../../../src/core/sandbox/file-script';

const [program = '', ...rest] = helpedShell;

for (const perl of ['/usr/bin/perl'].filter((one) => existsSync(one))) {
  describe(`a shell for files whose helper is ${perl}`, () => {
    let folder = '';
    let path = '';
    before(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-helper-')));
      path = join(folder, '-a\n b ');
    });
    after(() => rmSync(folder, { recursive: true }));
    beforeEach(() => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    });

    const write = (text: string, expected = '-'): string =>
      `( berth_write ${shellCommand([path, folder, expected, '644', '-', 'text', text])} )`;
    const read = (from = path): string => `( berth_read ${shellCommand([from, folder, '0', '100', '0', '0', ''])} )`;
    /** What scripts say one after the other, where there are these programs. */
    const say = (scripts: readonly string[], PATH = process.env['PATH']): string =>
      execFileSync(program, rest, {
        input: [fileLibrary, ...scripts, ''].join('\n'),
        encoding: 'utf8',
        env: { PATH, PERL5OPT: '-Mnothing' },
      });
    const done = (): string => `ok\n${path}\n`;

    it('writes a file, keeps its mode and reads it, by no program at all', () => {
      assert.equal(say([write('new')], '/nowhere'), done());
      assert.equal(statSync(path).mode & 0o7777, 0o644);
      for (const mode of [0o600, 0o755, 0o440, 0o4711]) {
        chmodSync(path, mode);
        assert.equal(say([write(`of ${mode}`)], '/nowhere'), done());
        assert.deepEqual([statSync(path).mode & 0o7777, readFileSync(path, 'utf8')], [mode, `of ${mode}`]);
      }
      assert.equal(readdirSync(folder).length, 1);
      rmSync(path);
      const plain = join(folder, 'plain');
      writeFileSync(plain, 'text\0');
      assert.equal(say([read(plain)], '/nowhere'), 'ok ?\ntext\0');
    });

    it('replaces only what was expected, and leaves no other file', () => {
      const sha = createHash('sha256').update('first').digest('hex');
      const texts = [write('first', 'absent'), write('no', 'absent'), write('second', sha), write('no', sha), read()];
      assert.equal(say(texts), `${done()}changed\n${done()}changed\nok ?\nsecond`);
      assert.equal(readdirSync(folder).length, 1);
    });

    it('waits for the lock, writes nothing for one that was killed meanwhile, and answers the next', async () => {
      writeFileSync(path, 'before');
      const holder = spawn('flock', [folder, 'sh', '-c', 'echo held; read -r line']);
      await once(holder.stdout, 'data');
      const shell = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
      const lines = createInterface(shell.stdout)[Symbol.asyncIterator]();
      const line = async (): Promise<unknown> => (await lines.next()).value;
      const waits = async (text: string): Promise<number> => {
        const telling = 'read -r pid _ </proc/self/stat; echo $pid; berth_write';
        shell.stdin.write(`${write(text).replace('berth_write', telling)}; echo over\n`);
        const pid = Number(await line());
        const others = () => readdirSync(folder).filter((name) => name.startsWith('.berth-'));
        while (!others().some((name) => readFileSync(join(folder, name), 'utf8') === text)) await nextTurn();
        return pid;
      };
      try {
        shell.stdin.write(`${fileLibrary}\n`);
        process.kill(await waits('killed'), 'SIGKILL');
        assert.equal(await line(), 'over');
        await waits('patient');
        assert.equal(readFileSync(path, 'utf8'), 'before');
        holder.stdin.end('\n');
        assert.deepEqual([await line(), `${String(await line())}\n${String(await line())}`], ['ok', path]);
        assert.equal(readFileSync(path, 'utf8'), 'patient');
        // Nothing can clean up after KILL.
        assert.equal(readdirSync(folder).length, 2);
      } finally {
        holder.stdin.end('\n');
        if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
      }
    });

    it('ends with the shell, and leaves no file when both are ended while they wait', async () => {
      writeFileSync(path, 'before');
      const holder = spawn('flock', [folder, 'sh', '-c', 'echo held; read -r line']);
      await once(holder.stdout, 'data');
      const shell = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
      try {
        shell.stdin.write(`${fileLibrary}\n${write('ended')}\n`);
        while (readdirSync(folder).length < 2) await nextTurn();
        const over = once(shell.stdout.resume(), 'end');
        process.kill(-shell.pid!, 'SIGTERM');
        await over;
        assert.deepEqual([readdirSync(folder).length, readFileSync(path, 'utf8')], [1, 'before']);
      } finally {
        holder.stdin.end('\n');
        shell.kill('SIGKILL');
      }
      const idle = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'] });
      idle.stdin.end(`${fileLibrary}\n${write('last')}\n`);
      assert.deepEqual(await once(idle.stdout.resume(), 'end').then(() => readFileSync(path, 'utf8')), 'last');
    });
  });
}
