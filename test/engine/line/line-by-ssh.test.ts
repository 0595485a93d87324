import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { createLines } from '../../../src/core/line/lines';
import type { Line } from '../../../src/core/line/types';
import { LineBed, saidBy, waitingOn } from './bed';

describe('The Line by SSH alone', function () {
  this.timeout(60_000);
  let bed: LineBed;
  let line: Line;

  before(async () => {
    bed = await LineBed.make();
    line = bed.line(await bed.container());
  });
  after(() => bed.dispose());

  const say = (...argv: string[]): Promise<string> => saidBy(line)('dev', ...argv);
  const inside = (...argv: string[]): Promise<string> => saidBy(line)('root', ...argv);

  it('keeps shells that take a command each where there is no perl, which becomes their process', async () => {
    const plain = await bed.container();
    const own = bed.line(plain);
    const ask = saidBy(own);
    await ask('root', 'chmod', 'a-x', '/usr/bin/perl');
    await ask('dev', 'true');
    const pids = await waitingOn(own);
    const pid = await ask('dev', 'sh', '-c', 'echo $$');
    assert.ok(pids.includes(pid), `${pid} of ${pids.join()}`);
    const ids = (await ask('dev', 'sh', '-c', 'echo $$; ps -o pgid=,sid= -p $$')).split(/\s+/);
    assert.equal(new Set(ids).size, 1, 'leader of its group and its session');
    assert.ok(!(await waitingOn(own)).includes(pid), 'others wait then');
    assert.equal(await ask('dev', 'sh', '-c', 'echo "$BERTH_RUN$BERTH_LINE."'), '.');
  });

  it('heals after its sshd was killed', async () => {
    await line.connect();
    const command = await line.run({ argv: ['sleep', '300'] });
    await inside('pkill', '-9', 'sshd');
    await assert.rejects(command.exit, { code: 'line_lost' });
    assert.equal(await say('echo', 'back'), 'back');
  });

  it('uses the engine’s exec in a container without sshd', async () => {
    const bare = await bed.container();
    const there = bed.line(bare);
    const hide = await there.run({ argv: ['rm', '/usr/sbin/sshd'], user: 'root' });
    assert.equal((await hide.exit).code, 0);
    const command = await there.run({ argv: ['id', '-un'] });
    assert.equal(await text(command.stdout), 'dev\n');
    const shell = await there.shell({ columns: 80, rows: 24 });
    shell.stdin!.write('echo "i am $(id -un)"; exit\n');
    assert.match(await text(shell.stdout), /i am dev/);
    await assert.rejects(there.files.read('/etc/hostname'), { code: 'line_failed', message: /no sshd/ });
  });

  it('refuses a container that shows another host key', async () => {
    const lines = createLines({ engine: bed.connection, home: bed.home });
    const spied = await bed.container();
    const wrapper =
      '#!/bin/sh\nfor f in /run/berth/*/host_key; do cp /tmp/other "$f"; done\nexec /usr/sbin/sshd.real "$@"\n';
    const plant = `ssh-keygen -q -t ed25519 -N '' -f /tmp/other; mv /usr/sbin/sshd /usr/sbin/sshd.real; cat >/usr/sbin/sshd; chmod 755 /usr/sbin/sshd`;
    const planted = await bed.line(spied).run({ argv: ['sh', '-c', plant], user: 'root', stdin: true });
    planted.stdin!.end(wrapper);
    assert.equal((await planted.exit).code, 0);
    await assert.rejects(lines.get(spied).connect(), { code: 'line_failed', message: /host key/ });
    lines.dispose();
  });
});
