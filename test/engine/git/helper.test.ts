import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gitEnvironment } from '../../../src/core/git/environment';

const facts = { identity: { name: null, email: null }, project: 'demo' };

describe('git’s credential helper in a session', () => {
  it('asks the newest that answers, and one that let the time go by last from then on', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'berth-git-'));
    const servers: Server[] = [];
    const asked: string[] = [];
    /** Something that listens as an sshd does for Berth; without an answer its other end is gone. Seconds since 2001. */
    const listen = async (name: string, age: number, answer?: string): Promise<void> => {
      const path = join(dir, `${name}.sock`);
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        asked.push(name);
        socket.resume().on('error', () => undefined);
        if (answer !== undefined) socket.on('end', () => socket.end(answer));
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(path, resolve));
      await utimes(path, 1e9 + age, 1e9 + age);
    };
    const wish = { identity: 'none', credentials: 'token' } as const;
    /** What git itself makes of it; null for no credential. */
    const fill = async (patience: number): Promise<string | null> => {
      const helper = gitEnvironment({}, { ...facts, sockets: dir, wish, patience });
      const own = {
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ASKPASS: '',
      };
      const git = spawn('git', ['credential', 'fill'], {
        env: { ...process.env, ...own, ...helper },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      git.stdin.end('protocol=https\nhost=git.example.org\n\n');
      return /^password=(.*)$/m.exec(await text(git.stdout))?.[1] ?? null;
    };
    try {
      await listen('old', 1, 'username=a\npassword=from the old one\n');
      for (const name of ['gone', 'lost']) await listen(name, 2);
      await listen('new', 3, 'username=a\npassword=from the new one\n');
      assert.equal(await fill(30), 'from the new one');
      assert.deepEqual(asked.splice(0), ['new']);
      await utimes(join(dir, 'new.sock'), 1, 1);
      assert.equal(await fill(0.3), null, 'two that say nothing are enough');
      assert.deepEqual(asked.splice(0).sort(), ['gone', 'lost']);
      assert.equal(await fill(30), 'from the old one');
      assert.deepEqual(asked, ['old']);
    } finally {
      for (const server of servers) server.close();
      await rm(dir, { recursive: true });
    }
  });
});
