import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createEngineRunner } from '../../../src/core/line/engine-runner';
import { hostKey } from '../../../src/core/line/keys';
import type { SshFiles } from '../../../src/core/line/ssh-files';
import type { LineTarget } from '../../../src/core/line/types';
import type { LineBed } from './bed';
import { makeSshBed, rowFor, runProgram, type Outcome } from './ssh-bed';

/** The system's own ssh, sftp and scp through Berth's config, launcher and proxy. */
describe('ssh', function () {
  this.timeout(120_000);
  let bed: LineBed;
  let files: SshFiles;
  let config: string;
  let target: LineTarget;

  before(async () => {
    // A home that every layer on the way has to quote.
    ({ bed, files, config } = await makeSshBed(`ho me's "$x" 100% ü`));
    target = await bed.container();
    await files.ensureHost(rowFor(bed, target));
  });
  after(() => bed.dispose());

  const ssh = (args: readonly string[], input?: string | Buffer): Promise<Outcome> =>
    runProgram('ssh', ['-F', config, ...args], input === undefined ? {} : { input });

  /** What runs in the container, by the engine's exec. */
  const inside = async (...argv: string[]): Promise<string> => {
    const command = await createEngineRunner(bed.engine, target).run({ argv, user: 'root' });
    command.stderr.resume();
    return (await text(command.stdout)).trim();
  };

  it('runs a command and ends with its code', async () => {
    const { code, stdout, stderr } = await ssh([target.alias, 'id -un; echo oops >&2; exit 7']);
    assert.deepEqual([code, stdout.toString(), stderr], [7, 'dev\n', 'oops\n']);
  });

  it('reads a script on stdin, as Remote-SSH sends its own', async () => {
    const { code, stdout } = await ssh(
      [target.alias, 'bash -ls'],
      'cd /workspace\nprintf "%s\\n" "$PWD" "$PATH"\nexit 4\n',
    );
    assert.deepEqual([code, stdout.toString()], [4, `/workspace\n${target.environment['PATH']}\n`]);
  });

  it("sees the container's own environment, in commands and in login shells", async () => {
    for (const command of ['env -0', 'bash -lc "env -0"']) {
      const { stdout } = await ssh([target.alias, command]);
      const seen = new Map(
        stdout
          .toString()
          .split('\0')
          .map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)]),
      );
      for (const [name, value] of Object.entries(target.environment)) assert.equal(seen.get(name), value, name);
    }
  });

  it('carries 100 MB both ways', async () => {
    const data = randomBytes(100_000_000);
    const sum = createHash('sha256').update(data).digest('hex');
    const { stdout: there } = await ssh([target.alias, 'sha256sum'], data);
    assert.equal(there.toString().split(' ')[0], sum);
    const { stdout: back } = await ssh([target.alias, 'head -c 100000000 /dev/zero']);
    assert.equal(back.length, 100_000_000);
  });

  it('copies files by scp and sftp, both ways', async () => {
    const data = randomBytes(1_000_000);
    const [from, to] = [join(bed.dir, 'from here'), join(bed.dir, 'back')];
    await writeFile(from, data);
    await chmod(from, 0o640);
    assert.equal((await runProgram('scp', ['-p', '-F', config, from, `${target.alias}:/workspace/there`])).code, 0);
    assert.equal(await inside('stat', '-c', '%U %a %s', '/workspace/there'), 'dev 640 1000000');
    assert.equal((await runProgram('scp', ['-F', config, `${target.alias}:/workspace/there`, to])).code, 0);
    assert.deepEqual(await readFile(to), data);
    const batch = `put "${from}" /workspace/two\nget /workspace/two "${to}2"\n`;
    assert.equal((await runProgram('sftp', ['-F', config, '-b', '-', target.alias], { input: batch })).code, 0);
    assert.deepEqual(await readFile(`${to}2`), data);
  });

  it('has a real terminal', async () => {
    const { code, stdout } = await ssh(['-tt', target.alias, 'stty cols 100 rows 30; stty size; test -t 0']);
    assert.deepEqual([code, stdout.toString()], [0, '30 100\r\n']);
  });

  it('forwards a port by -L, and any by -D', async () => {
    const serving = await createEngineRunner(bed.engine, target).run({ argv: ['perl', '-e', greeter] });
    await once(serving.stdout, 'data');
    const [local, dynamic] = [await freePort(), await freePort()];
    const session = start(config, ['-N', '-L', `${local}:localhost:4567`, '-D', String(dynamic), target.alias]);
    try {
      assert.equal(await ask(local, 'by L'), 'hello by L');
      const { stdout } = await runProgram(
        'curl',
        [
          ...['-s', '--max-time', '10', '--socks5-hostname', `127.0.0.1:${dynamic}`],
          ...['telnet://localhost:4567', '--upload-file', '-'],
        ],
        { input: 'by D' },
      );
      assert.equal(stdout.toString(), 'hello by D');
    } finally {
      const gone = once(session, 'exit');
      // Outright: all that follows has the same container, and a connection that lived on took them along once.
      session.kill('SIGKILL');
      await Promise.all([gone, serving.cancel()]);
    }
  });

  it('leaves no sshd behind, also when it is killed', async () => {
    const session = start(config, [target.alias, 'echo up; sleep 300']);
    await once(session.stdout!, 'data');
    assert.notEqual(await inside('pgrep', 'sshd'), '');
    session.kill('SIGKILL');
    // Looked for by one process in there, and not by a hundred one after the other: the engine may be behind with their ends.
    const look =
      'for i in $(seq 100); do pgrep sshd >/dev/null || exit 0; sleep 0.1; done; ps -eo pid,ppid,stat,etime,args';
    assert.equal(await inside('sh', '-c', look), '');
  });

  it('refuses passwords, other keys, other users and root', async () => {
    const options = (user: string, ...more: string[]) => [
      '-o',
      'BatchMode=yes',
      ...more,
      `${user}@${target.alias}`,
      'true',
    ];
    const stranger = join(bed.dir, 'stranger');
    await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const refused = [
      options('dev', '-o', 'PubkeyAuthentication=no', '-o', 'PreferredAuthentications=password,keyboard-interactive'),
      options('other'),
      options('root'),
    ];
    for (const args of refused) {
      const { code, stderr } = await ssh(args);
      assert.equal(code, 255);
      assert.match(stderr, /Permission denied \(publickey\)/);
    }
    const own = await readFile(config, 'utf8');
    await writeFile(join(bed.dir, 'other-key'), own.replace(/IdentityFile .*/, `IdentityFile ${stranger}`));
    const { code, stderr } = await runProgram('ssh', ['-F', join(bed.dir, 'other-key'), target.alias, 'true']);
    assert.equal(code, 255);
    assert.match(stderr, /Permission denied/);
  });

  it('refuses a container whose host key is not the pinned one', async () => {
    const pins = join(bed.home.sshDir, 'known_hosts');
    const good = await readFile(pins, 'utf8');
    const { publicKey } = await hostKey(bed.home, 'abcdef');
    await writeFile(pins, good.replace(/ssh-ed25519 \S+/, publicKey));
    const { code, stderr } = await ssh([target.alias, 'true']);
    await writeFile(pins, good);
    assert.equal(code, 255);
    assert.match(stderr, /Host key verification failed|HOST IDENTIFICATION HAS CHANGED/);
    assert.equal((await ssh([target.alias, 'true'])).code, 0);
  });

  it('starts a stopped container on connect', async () => {
    await bed.engine.stopContainer(target.containerId, 1);
    const { code, stdout, stderr } = await ssh([target.alias, 'echo up']);
    assert.deepEqual([code, stdout.toString()], [0, 'up\n'], stderr);
  });

  it('waits while its container is being replaced', async () => {
    const name = target.alias;
    await bed.engine.renameContainer(target.containerId, `${name}-next`);
    const waiting = ssh([name, 'echo there']);
    // It has come as far as looking when the engine has answered its list; a little later it must still be waiting.
    const early = await Promise.race([waiting, delay(1500, null)]);
    await bed.engine.renameContainer(target.containerId, name);
    assert.equal(early, null);
    const { stdout, stderr } = await waiting;
    assert.equal(stdout.toString(), 'there\n', stderr);
  });

  it('takes 20 connections at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ssh([target.alias, 'echo ok'])));
    assert.deepEqual(
      all.map(({ code, stdout }) => `${code} ${stdout.toString().trim()}`),
      Array.from({ length: 20 }, () => '0 ok'),
      all[0]?.stderr,
    );
    assert.equal(await inside('sh', '-c', 'ls /run/berth | wc -l'), '1');
  });

  it('says in one sentence what is wrong', async () => {
    const absent = { ...target, projectId: 'ffffffffffff', alias: 'berth-absent-ffffff' };
    await files.ensureHost(rowFor(bed, absent));
    const { code, stderr } = await ssh([absent.alias, 'true']);
    assert.equal(code, 255);
    assert.match(stderr, /^berth: The project has no container\. Run `berth up` in its folder\.\r?\n/);
    await files.removeHost(absent.projectId);
    assert.doesNotMatch(await files.print(), /absent/);
  });

  it('logs in as root where the user is root, by key alone', async () => {
    const owned = await bed.container({ user: 'root' });
    await files.ensureHost(rowFor(bed, owned));
    const { code, stdout } = await ssh([owned.alias, 'id -un']);
    assert.deepEqual([code, stdout.toString()], [0, 'root\n']);
    assert.equal((await ssh(['-o', 'BatchMode=yes', `dev@${owned.alias}`, 'true'])).code, 255);
    assert.equal((await ssh(['-o', 'BatchMode=yes', '-o', 'PubkeyAuthentication=no', owned.alias, 'true'])).code, 255);
  });

  it('keeps its keys to itself', async () => {
    for (const file of ['id_ed25519', 'config', 'known_hosts', `hosts/${target.projectId}/ssh_host_ed25519_key`]) {
      assert.equal((await stat(join(bed.home.sshDir, file))).mode & 0o077, 0, file);
    }
    const { code } = await ssh([target.alias, 'cat /run/berth/*/host_key']);
    assert.notEqual(code, 0);
  });
});

/** Answers each connection to port 4567 with a greeting of what it said. */
const greeter = `
use IO::Socket::INET;
my $server = IO::Socket::INET->new(Listen => 9, LocalAddr => '127.0.0.1', LocalPort => 4567) or die;
syswrite STDOUT, "up\n";
while (my $client = $server->accept) { sysread $client, my $words, 99; syswrite $client, "hello $words"; close $client }
`;

function start(config: string, args: readonly string[]): ChildProcess {
  return spawn('ssh', ['-F', config, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert(address !== null && typeof address === 'object');
  return address.port;
}

/** Says something to a port and hears the answer; tries again while nothing listens yet. */
async function ask(port: number, what: string): Promise<string> {
  let answer = '';
  await eventually(async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    // Whoever else may have come by this port in the meantime need not answer.
    socket.setTimeout(5_000, () => socket.destroy());
    socket.write(what);
    answer = await text(socket).catch(() => '');
    return answer !== '';
  });
  return answer;
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await holds()) return;
    await delay(100);
  }
  assert.fail('it did not come to hold within 10 s');
}
