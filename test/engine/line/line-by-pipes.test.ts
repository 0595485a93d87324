import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { dialerFile } from '../../../src/core/line/dialer';
import { createLines } from '../../../src/core/line/lines';
import type { Line, LineTarget } from '../../../src/core/line/types';
import { answers, LineBed, saidBy, waitingOn } from './bed';

describe('The Line by pipes alone', function () {
  this.timeout(60_000);
  let bed: LineBed;
  let target: LineTarget;
  let line: Line;

  before(async () => {
    bed = await LineBed.make();
    target = await bed.container({ dialled: true });
    line = bed.line(target);
  });
  after(() => bed.dispose());

  const say = (...argv: string[]): Promise<string> => saidBy(line)('dev', ...argv);
  const inside = (...argv: string[]): Promise<string> => saidBy(line)('root', ...argv);
  const sshds = (): Promise<string> => inside('pgrep', '-c', '-f', '^sshd: dev');
  const folder = (): string => join(bed.home.dialDir, target.projectId);
  /** Until what has just ended has gone. */
  const settled = async (wanted: () => Promise<boolean>): Promise<void> => {
    while (!(await wanted())) await delay(20);
  };

  it('makes the user what a login makes: groups, home, shell and none of root’s rights', async () => {
    await inside('groupadd', 'crew');
    await inside('usermod', '-aG', 'crew', 'dev');
    const other = createLines({ engine: bed.connection, home: bed.home });
    const ask = (...argv: string[]): Promise<string> => saidBy(other.get(target))('dev', ...argv);
    try {
      assert.equal(await ask('id', '-Gn'), 'dev crew');
      assert.equal(await ask('id', '-u'), '1000');
      assert.equal(await ask('sh', '-c', 'echo $USER $LOGNAME $HOME $SHELL'), 'dev dev /home/dev /bin/bash');
      assert.match(await ask('cat', '/proc/self/status'), /CapPrm:\s0+\n[\s\S]*CapEff:\s0+\n/);
      assert.equal(await ask('sh', '-c', 'umask; ulimit -c'), '0022\n0');
      assert.equal(await ask('sh', '-c', 'ls /proc/self/fd | tr "\\n" " "'), '0 1 2 3', 'and what ls has open');
    } finally {
      other.dispose();
    }
  });

  it('writes what login shells read, once for a start of the container', async () => {
    await say('true');
    assert.equal(await say('bash', '-lc', 'echo "$PATH"'), target.environment['PATH']);
    await inside('rm', '/etc/profile.d/zz-berth.sh');
    await bed.engine.restartContainer(target.containerId, 1);
    await answers(bed.home, target.containerId);
    assert.equal(await say('bash', '-lc', 'echo "$PATH"'), target.environment['PATH']);
  });

  it('starts an sshd for a terminal or a port, and keeps it for the next', async () => {
    await say('true');
    assert.equal(await sshds(), '0');
    for (let round = 0; round < 2; round += 1) {
      const shell = await line.shell({ columns: 80, rows: 24 });
      shell.stdin!.end('exit 3\n');
      shell.stdout.resume();
      assert.equal((await shell.exit).code, 3);
      await assert.rejects(line.forward(4599), { code: 'line_failed', message: /port 4599/ });
      assert.equal(await inside('pgrep', '-c', '-f', '^sshd: dev.*priv'), '1');
    }
  });

  it('gets over the end of that sshd', async () => {
    const open = async (): Promise<number> => {
      const shell = await line.shell({ columns: 80, rows: 24 });
      shell.stdin!.end('exit 4\n');
      shell.stdout.resume();
      return (await shell.exit).code;
    };
    assert.equal(await open(), 4);
    const shell = await line.shell({ columns: 80, rows: 24 });
    shell.stdout.resume();
    await inside('pkill', '-9', 'sshd');
    await assert.rejects(shell.exit, { code: 'line_lost' });
    assert.equal(await say('echo', 'still'), 'still');
    assert.equal(await open(), 4);
  });

  it('gives terminals and files to nobody in a container without sshd, and commands still', async () => {
    const bare = await bed.container({ dialled: true });
    const there = bed.line(bare);
    await saidBy(there)('root', 'rm', '/usr/sbin/sshd');
    assert.equal(await saidBy(there)('dev', 'id', '-un'), 'dev');
    const shell = await there.shell({ columns: 80, rows: 24 });
    shell.stdin!.write('echo "i am $(id -un)"; exit\n');
    assert.match(await text(shell.stdout), /i am dev/, 'by the engine');
    assert.equal(await saidBy(there)('dev', 'id', '-un'), 'dev');
  });

  for (const shell of ['/usr/bin/zsh', '/opt/fish'])
    it(`leaves a user whose shell is ${shell} to sshd, which has that read its start files`, async () => {
      const other = await bed.container({ dialled: true });
      const ask = saidBy(bed.line(other));
      // Any shell does to see that it is asked.
      await ask('root', 'sh', '-c', `cp /bin/bash ${shell}; usermod -s ${shell} dev`);
      bed.lines.drop(other.containerId);
      const again = saidBy(bed.line(other));
      assert.equal(await again('dev', 'sh', '-c', 'echo "${SSH_CONNECTION+ssh}"'), 'ssh');
    });

  it('tells how a command ended that read its input, by code and by signal', async () => {
    const cases = { 'cat; exit 7': { code: 7 }, 'cat; kill -TERM $$': { code: 143, signal: 'TERM' } };
    for (const [script, expected] of Object.entries(cases)) {
      const command = await line.run({ argv: ['sh', '-c', script], stdin: true });
      command.stdin!.end('x');
      assert.equal(await text(command.stdout), 'x');
      const { code, signal } = await command.exit;
      assert.deepEqual({ code, ...(signal === undefined ? {} : { signal }) }, expected);
    }
  });

  it('does not know how a command ended whose server was killed with it', async () => {
    const command = await line.run({ argv: ['sh', '-c', 'echo ready; read word'], stdin: true });
    await once(command.stdout, 'data');
    command.stdout.resume();
    await inside('pkill', '-9', '-f', ' berth-waits$');
    await inside('pkill', '-9', '-f', 'echo ready; read word');
    await assert.rejects(command.exit, { code: 'line_lost' });
    assert.equal(await say('echo', 'back'), 'back');
  });

  it('leaves nothing of its own in the container and in the folder when it is let go', async () => {
    const own = createLines({ engine: bed.connection, home: bed.home });
    await waitingOn(own.get(target));
    own.dispose();
    bed.lines.drop(target.containerId);
    const count = (): Promise<string> => saidByEngine('pgrep -c -f " berth-waits$"');
    await settled(async () => (await count()) === '0');
    const names = (await readdir(folder())).filter((name) => name !== dialerFile);
    assert.equal(names.length, 1, names.join());
    line = bed.line(target);
  });

  it('hears of nobody who hangs, and connects anew', async () => {
    await say('true');
    await inside('pkill', '-STOP', '-f', ' berth-waits$');
    // Not a byte for eight seconds ends the connection; the stopped ones go with it.
    await assert.rejects(say('echo', 'lost'), { code: 'line_lost' });
    assert.equal(await say('echo', 'back'), 'back');
    await inside('pkill', '-KILL', '-f', ' berth-waits$');
  });

  async function saidByEngine(script: string): Promise<string> {
    const running = await bed.engine.exec(target.containerId, {
      ...{ argv: ['sh', '-c', script], user: 'root', stdin: false },
    });
    const [out] = await Promise.all([text(running.stdout), text(running.stderr), running.exit]);
    return out.trim();
  }
});
