import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { sftpBySocket } from '../../../src/core/line/sftp-by-socket';
import type { Line, LineTarget } from '../../../src/core/line/types';
import { LineBed, saidBy } from './bed';

const silent = String.raw`printf '#!/bin/sh\nexec sleep 300\n' >/usr/bin/perl`;

/** What both roads promise alike: SFTP in a channel of the Line’s, and on a socket of its own. */
for (const road of ['SSH', 'a socket'] as const) {
  describe(`Files by ${road}`, function () {
    this.timeout(60_000);
    let bed: LineBed;
    let target: LineTarget;
    let line: Line;

    before(async () => {
      bed = await LineBed.make();
      target = await bed.container({ dialled: road === 'a socket' });
      line = bed.line(target);
    });
    after(() => bed.dispose());

    const say = (...argv: string[]): Promise<string> => saidBy(line)('dev', ...argv);
    const inside = (...argv: string[]): Promise<string> => saidBy(line)('root', ...argv);
    /** What that road’s server is called. */
    const server = road === 'SSH' ? '^sshd: dev@internal-sftp' : '^berth-files';
    const servers = (): Promise<string> => inside('pgrep', '-c', '-f', server);

    it('writes in one step, keeps the mode, and follows a link', async () => {
      await line.files.makeFolder('/workspace/own');
      await line.files.write('/workspace/own/tool', Buffer.from('one'), { mode: 0o755 });
      await say('ln', '-s', 'tool', '/workspace/own/link');
      await line.files.write('/workspace/own/link', Buffer.from('two'));
      assert.equal(String(await line.files.read('/workspace/own/tool')), 'two');
      assert.deepEqual(await say('stat', '-c', '%A %F', '/workspace/own/link'), 'lrwxrwxrwx symbolic link');
      assert.equal((await line.files.stat('/workspace/own/tool'))?.mode, 0o755);
      assert.equal((await line.files.stat('/workspace/own/link'))?.kind, 'link');
      assert.equal(await say('ls', '-A', '/workspace/own'), 'link\ntool');
    });

    it('reads what says it is empty, and much at once', async () => {
      assert.match(String(await line.files.read('/proc/self/status')), /^Name:/);
      const data = randomBytes(10_000_001);
      await line.files.write('/workspace/large', data);
      assert.deepEqual(await line.files.read('/workspace/large'), data);
      await line.files.remove('/workspace/large');
    });

    it('lists, makes and removes folders, with names of any kind', async () => {
      const name = 'a b\'"$(x)\n☃';
      await line.files.makeFolder('/workspace/deep/er/est');
      await line.files.makeFolder('/workspace/deep/er');
      await line.files.write(`/workspace/deep/${name}`, Buffer.from('x'));
      const listed = await line.files.list('/workspace/deep');
      assert.deepEqual(listed.map((entry) => `${entry.kind} ${entry.name}`).sort(), [`file ${name}`, 'folder er']);
      await line.files.remove(`/workspace/deep/${name}`);
      await line.files.remove('/workspace/deep/er/est');
      assert.equal((await line.files.list('/workspace/deep/er')).length, 0);
    });

    it('says what is not there, and what is not allowed', async () => {
      assert.equal(await line.files.stat('/nowhere'), null);
      await assert.rejects(line.files.read('/nowhere'), { code: 'file_not_found', message: /\/nowhere/ });
      await assert.rejects(line.files.write('/root/x', Buffer.from('')), {
        code: 'file_failed',
        message: /permission/,
      });
      await assert.rejects(line.files.read('relative'), { code: 'bad_usage' });
    });

    it('have one server for all who ask, which ends with the Line', async () => {
      await Promise.all(Array.from({ length: 20 }, () => line.files.stat('/workspace')));
      assert.equal(await servers(), '1');
      line.renew();
      while ((await servers()) !== '0');
      assert.equal((await line.files.stat('/workspace'))?.kind, 'folder');
      assert.equal(await servers(), '1');
    });

    it('are the user’s, in all of the user’s groups and in no other', async () => {
      await line.files.write('/workspace/mine', Buffer.from('x'));
      assert.equal(await say('stat', '-c', '%U:%G %a', '/workspace/mine'), 'dev:dev 644');
      await line.files.makeFolder('/workspace/folder');
      assert.equal(await say('stat', '-c', '%U:%G %a', '/workspace/folder'), 'dev:dev 755');
      await inside('sh', '-c', 'groupadd team; usermod -aG team dev; echo t >/team; chgrp team /team; chmod 640 /team');
      await inside('sh', '-c', 'echo a >/adm; chgrp adm /adm; chmod 640 /adm');
      line.renew();
      assert.equal(String(await line.files.read('/team')), 't\n');
      await assert.rejects(line.files.read('/adm'), { code: 'file_failed', message: /permission/ });
    });

    it('come again after their server was killed; what was under way is lost', async () => {
      await line.files.stat('/workspace');
      await inside('mkfifo', '-m', '666', '/tmp/stuck');
      const pid = await inside('pgrep', '-f', server);
      // Nobody writes to it: the server waits for whoever opens the other end.
      const stuck = line.files.read('/tmp/stuck');
      await Promise.all([
        assert.rejects(stuck, { code: 'line_lost' }),
        inside('sh', '-c', `until grep -q S /proc/${pid}/stat; do :; done; kill -9 ${pid}`),
      ]);
      assert.equal((await line.files.stat('/workspace'))?.kind, 'folder');
    });
  });
}

describe('Files by a socket, elsewhere', function () {
  this.timeout(60_000);
  let bed: LineBed;
  before(async () => (bed = await LineBed.make()));
  after(() => bed.dispose());

  it('are root’s where root logs in', async () => {
    const line = bed.line(await bed.container({ dialled: true, user: 'root' }));
    await line.files.write('/root/mine', Buffer.from('x'));
    assert.equal(await saidBy(line)('root', 'stat', '-c', '%U:%G %a', '/root/mine'), 'root:root 644');
    assert.equal(await saidBy(line)('root', 'pgrep', '-c', '-f', '^berth-files'), '1');
  });

  it('go by SSH in a container without the server, or without perl', async () => {
    for (const spoil of ['chmod -x /usr/lib/openssh/sftp-server', 'mv /usr/bin/perl /usr/bin/perl5']) {
      const line = bed.line(await bed.container({ dialled: true, suffix: spoil.slice(0, 2) }));
      await saidBy(line)('root', 'sh', '-c', spoil);
      await line.files.write('/workspace/by-ssh', Buffer.from('there'));
      assert.equal(await saidBy(line)('root', 'pgrep', '-c', '-f', '^sshd: dev@internal-sftp'), '1', spoil);
      assert.equal(String(await line.files.read('/workspace/by-ssh')), 'there');
    }
  });

  it('are given up in a container that has connected and says no more, and when the Line ends', async () => {
    const target = await bed.container({ dialled: true });
    const spoil = `mv /usr/bin/perl /usr/bin/was; ${silent}; chmod +x /usr/bin/perl`;
    await saidBy(bed.line(target))('root', 'sh', '-c', spoil);
    assert.equal(await sftpBySocket(bed.home, target, new Promise(() => undefined), 1), null);
    assert.equal(await sftpBySocket(bed.home, target, Promise.resolve(), 60_000), null);
  });
});
