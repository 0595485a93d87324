import assert from 'node:assert/strict';
import { execFileSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { finish } from '../../harness/berth';
import { Bed } from './bed';

/** Waits until the process has written this; what came before it is dropped. */
async function seen(child: ChildProcessWithoutNullStreams, text: string): Promise<void> {
  let all = '';
  while (!all.includes(text)) all += String((await once(child.stdout, 'data'))[0]);
}

describe('berth exec', function () {
  this.timeout(30_000);
  const bed = new Bed();
  let folder: string;
  let container: string;

  before(async () => {
    folder = bed.folder('exec');
    container = (await bed.up(folder)).container.name;
  });
  after(() => bed.dispose());

  const exec = (...args: string[]) => bed.run(['exec', ...args], { cwd: folder });
  /** Whether a process with this in its command line lives in the container. */
  const lives = async (mark: string) => (await bed.docker('top', container, '-eo', 'pid,args')).includes(mark);

  it('keeps stdout and stderr apart and gives the command’s own code', async () => {
    const { code, stdout, stderr } = await exec('--', 'sh', '-c', 'echo out; echo err >&2; exit 7');
    assert.deepEqual({ code, stdout, stderr }, { code: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  it('runs the words as they stand, by no shell, as the login user in the workspace', async () => {
    const tricky = ['a b', '$(id)', "it's", '"q"', 'line\nbreak', '-x', '', '日本', '`id`', '\\', '*'];
    const { stdout } = await exec('--', 'printf', '%s|', ...tricky);
    assert.equal(stdout, tricky.map((word) => `${word}|`).join(''));
    assert.equal((await exec('--', 'id', '-un')).stdout, 'dev\n');
    assert.equal((await exec('--', 'pwd')).stdout, '/workspace\n');
  });

  it('takes a folder, a user and variables, one of them from our own environment', async () => {
    const call = { cwd: folder, env: { SECRET: "s3'c $ret\nx" } };
    const script = 'pwd; id -un; printf "%s;%s" "$A" "$SECRET"';
    const args = ['-w', '/tmp', '-u', 'root', '-e', 'A=1 = "2"', '-e', 'SECRET', '--', 'sh', '-c', script];
    const { code, stdout, stderr } = await bed.run(['exec', ...args], call);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `/tmp\nroot\n1 = "2";s3'c $ret\nx`);
  });

  it('carries every byte in and out with -i, and gives an end of file without', async () => {
    const input = randomBytes(3_000_000);
    const { code, bytes } = await bed.run(['exec', '-i', '--', 'cat'], { cwd: folder, input });
    assert.equal(code, 0);
    assert.ok(bytes.equals(input));
    const without = await bed.run(['exec', '--', 'cat'], { cwd: folder, input: 'unwanted' });
    assert.deepEqual([without.code, without.stdout], [0, '']);
    // Programs such as ripgrep search what a pipe brings in place of the folder.
    assert.equal((await exec('--', 'readlink', '/proc/self/fd/0')).stdout, '/dev/null\n');
  });

  it('says 127 for a program that is not there and 126 for one that cannot run', async () => {
    const missing = await exec('--', 'no-such-program');
    assert.equal(missing.code, 127);
    assert.notEqual(missing.stderr, '');
    assert.equal((await exec('--', '/etc/passwd')).code, 126);
  });

  it('ends the command and its children at the time-out, and exits 124', async () => {
    const { code, stdout, stderr } = await exec(
      '--timeout',
      '0.5',
      '--',
      'sh',
      '-c',
      'sleep 4711 & echo on; sleep 4712',
    );
    assert.equal(code, 124);
    assert.equal(stdout, 'on\n');
    assert.match(stderr, /timed out after 0\.5 s/);
    assert.ok(!(await lives('sleep 471')));
  });

  it('passes a signal on to the command, which may handle it', async () => {
    for (const [signal, name] of [
      ['SIGINT', 'INT'],
      ['SIGTERM', 'TERM'],
    ] as const) {
      const script = `trap 'echo got ${name}; exit 9' ${name}; echo ready; while :; do sleep 0.1; done`;
      const child = await bed.berth.start(['exec', '--', 'sh', '-c', script], { cwd: folder });
      const end = finish(child);
      await seen(child, 'ready');
      child.kill(signal);
      const { code, stdout } = await end;
      assert.equal(code, 9);
      assert.match(stdout, new RegExp(`got ${name}`));
    }
  });

  it('ends a command that takes no notice at the second signal', async () => {
    const script = "trap 'echo first' INT TERM; echo ready; while :; do sleep 0.1; done; : stubborn";
    const child = await bed.berth.start(['exec', '--', 'sh', '-c', script], { cwd: folder });
    const end = finish(child);
    await seen(child, 'ready');
    child.kill('SIGINT');
    await seen(child, 'first');
    child.kill('SIGINT');
    assert.ok((await end).code >= 128);
    assert.ok(!(await lives('stubborn')));
  });

  it('ends quietly when the reader goes, and so does the command', async () => {
    const child = await bed.berth.start(['exec', '--', 'sh', '-c', 'yes; : endless'], { cwd: folder });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const { code, stderr } = await finish(child);
    assert.deepEqual({ code, stderr }, { code: 141, stderr: '' });
    assert.ok(!(await lives('endless')));
  });

  it('gives a terminal with -t: raw keys, its size, and its size when it changes', async () => {
    // No traps: a shell loses a signal that comes while it runs the trap of the one before.
    const script = [
      'stty size; echo ready',
      'until [ "$(stty size)" = "22 77" ]; do sleep 0.05; done; echo resized',
      'read -r line; echo "<$line>"',
      'exec sleep 1000',
    ].join('\n');
    const terminal = await bed.terminal(['exec', '-it', '--', 'sh', '-c', script], {
      cwd: folder,
      columns: 91,
      rows: 33,
    });
    await terminal.see(/33 91\s+ready/);
    execFileSync('stty', ['-F', await terminal.device(), 'cols', '77', 'rows', '22']);
    await terminal.see(/resized/);
    terminal.type('hello\r');
    await terminal.see(/<hello>/);
    terminal.type('\u0003');
    assert.equal(await terminal.ended, 130);
  });

  it('reads two files beside the entry where nothing has to be done first, as ssh’s proxy does', async () => {
    const hook = join(bed.dir, 'count.cjs');
    const count = "const read = require('node:module')._extensions, usual = read['.js']; let files = 0;";
    const told = "process.on('exit', () => process.stderr.write(`files: ${files}`));";
    writeFileSync(hook, `${count}read['.js'] = (...a) => { files += 1; return usual(...a); };${told}`);
    const call = { cwd: folder, env: { NODE_OPTIONS: `--require ${hook}` } };
    const { code, stderr } = await bed.run(['exec', '--', 'true'], call);
    assert.deepEqual([code, stderr], [0, 'files: 5'], 'the entry, the two that it loads, and the two files');
    const home = bed.berth.berthHome;
    const config = readFileSync(join(home, 'ssh', 'config'), 'utf8');
    const [, engine = '', project = ''] = /--engine (\w+) (\w+)/.exec(config) ?? [];
    const proxy = () => bed.run(['ssh-proxy', '--home', home, '--engine', engine, project], call);
    const proxied = await proxy();
    assert.match(proxied.stdout, /^SSH-2\.0-/);
    assert.match(proxied.stderr, /files: 5$/);
    // What is begun with before the engine has answered holds only where the answer says the same.
    const file = join(home, 'state', 'projects', `${project}.json`);
    const state = readFileSync(file, 'utf8');
    const { postCreate, ...rest } = JSON.parse(state) as { readonly postCreate: object };
    const image = (await bed.docker('inspect', '--format', '{{.Config.Image}}', container)).trim();
    const stranger = (await bed.docker('run', '--detach', '--init', image, 'sleep', 'infinity')).trim();
    try {
      for (const other of ['0'.repeat(64), stranger]) {
        writeFileSync(file, JSON.stringify({ ...rest, postCreate: { ...postCreate, container: other } }));
        const { stdout, stderr } = await proxy();
        assert.match(stdout, /^SSH-2\.0-/, other);
        assert.match(stderr, /files: 5$/, other);
        assert.equal((await exec('--', 'sh', '-c', 'echo "$0"', 'here')).stdout, 'here\n', 'by the usual way');
      }
    } finally {
      await bed.docker('rm', '--force', stranger);
    }
    writeFileSync(file, state);
  });

  it('takes compiled code from the process before it, and goes on where that is torn', async function () {
    // Later versions of Node keep it themselves.
    if ('enableCompileCache' in nodeModule) return;
    const compiled = join(bed.berth.berthHome, 'compiled', 'exec');
    const kept = readdirSync(compiled).sort();
    assert.deepEqual(
      kept.map((name) => /^(first|often)-\w+\.js\.v20/.exec(name)?.[1]),
      ['first', 'often'],
    );
    const file = join(compiled, kept[1] ?? '');
    const before = statSync(file);
    const whole = readFileSync(file);
    assert.equal((await exec('--', 'echo', 'taken')).stdout, 'taken\n');
    assert.equal(statSync(file).ino, before.ino, 'what is taken is not written anew');
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    assert.equal((await exec('--', 'echo', 'torn')).stdout, 'torn\n');
    assert.notEqual(statSync(file).ino, before.ino);
    assert.ok(statSync(file).size > whole.length / 2);
  });

  it('opens a login shell in the workspace', async () => {
    const terminal = await bed.terminal(['shell', folder]);
    terminal.type('echo "$0:$PWD:$(id -un):$((40+2))"\r');
    await terminal.see(/^-?[\w/]*(bash|sh):\/workspace:dev:42\r$/m);
    terminal.type('exit 5\r');
    assert.equal(await terminal.ended, 5);
  });

  it('starts nothing: a stopped container is an error with the way out', async () => {
    await bed.run(['stop', folder]);
    const { code, stdout, stderr } = await exec('--', 'true');
    assert.deepEqual([code, stdout], [125, '']);
    assert.match(stderr, /not running(.|\n)*berth start/);
    assert.equal((await bed.run(['start', folder])).code, 0);
    assert.equal((await exec('--', 'true')).code, 0);
  });

  it('ends with 125 and says so when the container is removed under it', async () => {
    const other = bed.folder('gone');
    const { container: gone } = await bed.up(other);
    const child = await bed.berth.start(['exec', '--', 'sh', '-c', 'echo ready; sleep 1000'], { cwd: other });
    const end = finish(child);
    await seen(child, 'ready');
    await bed.docker('rm', '-f', gone.name);
    const { code, stderr } = await end;
    assert.equal(code, 125, stderr);
    assert.match(stderr, /^berth: .+/);
  });
});
