import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { idleStop } from '../../../src/core/idle/stop-line';
import { idleFolder } from '../../../src/core/idle/mark';
import { watchScript } from '../../../src/core/idle/watch-script';
import type { WatchSpec } from '../../../src/core/idle/watch-script';
import type { RunningCommand } from '../../../src/core/command';
import { createEngineRunner } from '../../../src/core/line/engine-runner';
import type { LineTarget } from '../../../src/core/line/types';
import { LineBed } from '../line/bed';

/** Times of a test: what takes half an hour in a real container takes a second here. */
const quick: WatchSpec = {
  stopAfterMs: 3_600_000,
  everyMs: 150,
  commandAgeMs: 250,
  cpuPercent: 50,
  networkBytes: 16 * 1024,
  healthCommand: 'sleep 71; true',
  end: 'exit 0',
};

// A session's processes hang below another one where its connection came by a socket.
for (const dialled of [false, true])
  describe(`The watcher for idleness, sessions by ${dialled ? 'a socket' : 'exec'}`, function () {
    this.timeout(60_000);
    let bed: LineBed;
    let target: LineTarget;

    before(async () => {
      bed = await LineBed.make();
      target = await bed.container({ command: ['/bin/sh', '-c', watchScript(quick)], dialled });
    });
    after(() => bed.dispose());

    /** The watcher's last look: seconds of idleness, and what kept it from more. */
    const look = async (): Promise<{ seconds: number; why: string }> => {
      const { stream, exit } = await bed.engine.execStream(target.containerId, {
        argv: ['cat', `${idleFolder}/state`],
      });
      const [seconds = '', ...why] = (await text(stream)).trim().split(' ');
      await exit;
      return { seconds: Number(seconds), why: why.join(' ') };
    };
    /** `meanwhile`: done before each look, for what only a look just then would see. */
    const until = async (what: RegExp, meanwhile: () => void = () => undefined): Promise<void> => {
      let last = '';
      for (const end = Date.now() + 40_000; Date.now() < end;) {
        meanwhile();
        last = (await look()).why;
        if (what.test(last)) return;
        await delay(60);
      }
      assert.fail(`never came: ${String(what)}, but ${last}`);
    };
    /** Idle in so many looks one after the other, that all the watcher looks for was looked at; what only begins may count. */
    const staysIdle = async (): Promise<void> => {
      let last = await look();
      let from = last.seconds;
      for (const end = Date.now() + 40_000; Date.now() < end;) {
        last = await look();
        from = Math.min(from, last.seconds);
        if (last.why === '' && last.seconds > from) return;
        await delay(100);
      }
      assert.fail(`never stayed idle: ${last.why}`);
    };
    const engineRun = (argv: string[], tty = false): Promise<RunningCommand> =>
      createEngineRunner(bed.engine, target).run({
        argv,
        stdin: true,
        ...(tty ? { tty: { columns: 80, rows: 24 } } : {}),
      });
    const ending = async (command: RunningCommand, work: () => Promise<void>): Promise<void> => {
      command.stdout.resume();
      command.stderr.resume();
      try {
        await work();
      } finally {
        await command.cancel();
        await command.exit;
      }
    };

    it('counts a command, by the engine or by SSH, for as long as it runs, though it does nothing', async () => {
      await ending(await engineRun(['sleep', '70']), async () => until(/^command /));
      await staysIdle();
      await ending(await bed.line(target).run({ argv: ['sleep', '70'] }), async () => until(/^command /));
    });

    it('does not count an open Line, the health command, a shell without a command, or what an editor’s server keeps', async () => {
      const line = bed.line(target);
      await line.connect();
      const probe = await bed.engine.exec(target.containerId, {
        argv: ['/bin/sh', '-c', 'sleep 71; true'],
        user: 'root',
        stdin: false,
      });
      const shell = await line.run({ argv: ['bash', '-ls'], stdin: true });
      const server =
        "mkdir -p ~/.vscode-server/bin && printf 'sleep 72; true' > ~/.vscode-server/bin/code && exec bash -s";
      const editor = await line.run({ argv: ['bash', '-c', server], stdin: true });
      editor.stdin?.write('sh ~/.vscode-server/bin/code\n');
      try {
        await staysIdle();
      } finally {
        probe.dispose();
        await Promise.all([shell.cancel(), editor.cancel()]);
      }
    });

    it('counts a keystroke in a terminal, and a program in one, but not a shell that waits there', async () => {
      const shell = await bed.line(target).shell({ columns: 80, rows: 24 });
      await ending(shell, async () => {
        await until(/^terminal$/, () => shell.stdin?.write('\n'));
        await staysIdle();
        shell.stdin?.write('sleep 70\n');
        await until(/^command /);
      });
    });

    it('counts work that has left its session, by its CPU', async () => {
      // Several, and until they were seen: on a busy machine one alone has no share worth the name.
      const busy = 'for i in 1 2 3 4 5 6; do setsid sh -c "while :; do :; done" >/dev/null 2>&1 & echo $!; done';
      const left = await engineRun(['sh', '-c', busy]);
      const pids = (await text(left.stdout)).trim().split('\n');
      try {
        await until(/^cpu /);
      } finally {
        await text((await engineRun(['kill', '-9', ...pids])).stdout);
      }
    });

    it('stops the container with code 0 when its time is over, and says so in its log', async () => {
      const script = watchScript({ ...quick, stopAfterMs: 600 });
      const { containerId } = await bed.container({ command: ['/bin/sh', '-c', script] });
      let gone = await bed.engine.inspectContainer(containerId);
      for (const end = Date.now() + 20_000; gone?.state === 'running' && Date.now() < end;) {
        await delay(50);
        gone = await bed.engine.inspectContainer(containerId);
      }
      assert.deepEqual([gone?.state, gone?.exitCode], ['exited', 0]);
      const { stdout, stderr } = await bed.engine.containerLogs(containerId, { follow: false, tail: 5 });
      stderr.resume();
      assert.equal(idleStop(await text(stdout)), 0);
    });
  });
