import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createLines } from '../../../src/core/line/lines';
import type { Line, LineTarget } from '../../../src/core/line/types';
import { shellQuote } from '../../../src/core/quote';
import { run } from '../../harness/exec';
import { testEngine } from '../../harness/mocha-engine';
import { LineBed, saidBy, waitingOn } from './bed';

for (const road of ['SSH', 'pipes'] as const)
  describe(`The Line by ${road}`, function () {
    this.timeout(60_000);
    const byPipes = road === 'pipes';
    let bed: LineBed;
    let target: LineTarget;
    let line: Line;

    before(async () => {
      bed = await LineBed.make();
      target = await bed.container({ dialled: byPipes });
      line = bed.line(target);
    });
    after(() => bed.dispose());

    const say = (...argv: string[]): Promise<string> => saidBy(line)('dev', ...argv);
    const inside = (...argv: string[]): Promise<string> => saidBy(line)('root', ...argv);

    it('is the same one for a container, and one connection for all who ask at once', async () => {
      assert.equal(bed.line({ ...target }), line);
      assert.equal(line.state, 'idle');
      const answers = await Promise.all([say('echo', '1'), say('echo', '2'), line.connect(), line.connect()]);
      assert.deepEqual(answers.slice(0, 2), ['1', '2']);
      assert.equal(line.state, 'connected');
      assert.equal(await line.connect(), 0);
      const sshds = await inside('pgrep', '-c', '-f', 'sshd.*notty|sshd: dev$|sshd: dev@');
      assert.equal(sshds, byPipes ? '0' : '1');
    });

    it('takes commands without a process of the engine’s for each', async () => {
      const seconds = (): string => (Date.now() / 1000).toFixed(3);
      await say('true');
      const since = seconds();
      for (let i = 0; i < 30; i += 1) await say('true');
      // What the engine does run is seen, or none would mean nothing.
      const { stream, exit } = await bed.engine.execStream(target.containerId, { argv: ['id'] });
      await Promise.all([text(stream), exit]);
      const filters = ['--filter', `container=${target.containerId}`, '--filter', 'event=exec_create'];
      const when = ['--since', since, '--until', seconds()];
      const { stdout } = await run('docker', [
        ...['-H', testEngine(), 'events', ...when, ...filters],
        ...['--format', '{{.Action}}'],
      ]);
      assert.equal(stdout.trim(), 'exec_create: id');
    });

    describe('shells that wait', () => {
      const waiting = (): Promise<string[]> => waitingOn(line);

      it('give one command after another a session of its own, and wait again', async () => {
        await say('true');
        const pids = await waiting();
        const [pid = '', parent = '', ...ids] = (await say('sh', '-c', 'echo $$ $PPID; ps -o pgid=,sid= -p $$')).split(
          /\s+/,
        );
        assert.deepEqual(ids, [pid, pid], 'leader of its group and its session');
        assert.ok(pids.includes(parent), `${parent} of ${pids.join()}`);
        assert.ok((await waiting()).includes(parent), 'the same waits again');
        assert.equal(await say('sh', '-c', 'echo "$BERTH_RUN$PERL5OPT."'), '.');
      });

      it('have no part of the outputs of what a command left behind', async () => {
        await inside('mkfifo', '-m', '666', '/workspace/go');
        await waiting();
        const left = await line.run({ argv: ['sh', '-c', '(read word <go; echo "late: $word") & echo first'] });
        const all = text(left.stdout);
        left.stderr.resume();
        for (let round = 0; round < 5; round += 1) assert.equal(await say('echo', 'other'), 'other');
        await say('sh', '-c', 'echo go >go');
        assert.equal(await all, 'first\nlate: go\n');
        assert.equal((await left.exit).code, 0);
      });

      it('take nothing for a command that one left unread of its input', async () => {
        await waiting();
        const command = await line.run({ argv: ['head', '-c', '1'], stdin: true });
        const words = ['', '0123456789abcdef', '/', '0', 'touch', '/workspace/unread'].join('\0');
        command.stdin!.end(`x${words.length.toString(16).padStart(8, '0')}${words}`);
        assert.equal(await text(command.stdout), 'x');
        assert.equal((await command.exit).code, 0);
        assert.equal(await say('sh', '-c', 'ls /workspace | grep -c unread'), '0');
      });

      it('hand on the secrets of the moment, and what is said for a command over them', async () => {
        await inside('install', '-d', '-o', 'dev', '-m', '700', '/run/berth/secrets');
        const see = async (env: Readonly<Record<string, string>> = {}): Promise<string> => {
          const command = await line.run({ argv: ['sh', '-c', 'echo "$TOKEN|$EXTRA"'], env });
          return (await text(command.stdout)).trim();
        };
        for (const value of ['first', "it’s a 'second'"]) {
          const file = `export TOKEN=${shellQuote(value)}\n`;
          await say('sh', '-c', 'printf %s "$1" >/run/berth/secrets/env', 'sh', file);
          await waiting();
          assert.equal(await see(), `${value}|`);
          assert.equal(await see({ EXTRA: "o'er" }), `${value}|o'er`);
          assert.equal(await see({ TOKEN: 'mine' }), 'mine|');
        }
        await inside('chown', 'other', '/run/berth/secrets/env');
        assert.equal(await see(), '|', 'another’s file is nothing to go by');
        await inside('rm', '-r', '/run/berth/secrets');
      });

      it('are in the list of processes what the watcher for idle containers passes over', async () => {
        const pids = await waiting();
        const names = (await inside('ps', '-o', 'comm=', '-p', pids.join())).split(/\s+/);
        assert.deepEqual([...new Set(names)], [byPipes ? 'sshd-berth' : 'sh']);
      });

      it('are not missed when they are gone', async () => {
        await waiting();
        // All at once with the next command, which may meet one that ends.
        const [, said] = await Promise.all([inside('pkill', '-KILL', '-f', ' berth-waits$'), say('echo', 'here')]);
        assert.equal(said, 'here');
        await waiting();
      });

      it('leave longer commands to shells of their own, and read nothing of the input of theirs', async () => {
        await waiting();
        const long = 'x'.repeat(10_000);
        assert.equal(await say('echo', long), long);
        await waiting();
        const command = await line.run({ argv: ['cat'], stdin: true });
        command.stdin!.end('first\nsecond');
        assert.equal(await text(command.stdout), 'first\nsecond');
      });
    });

    it('gives a login shell in the workspace', async () => {
      const shell = await line.shell({ columns: 80, rows: 24 });
      shell.stdin!.end('shopt -q login_shell && pwd; echo "path=$PATH"; exit 3\n');
      const shown = await text(shell.stdout);
      assert.match(shown, /\r\/workspace\r\n/);
      assert(shown.includes(`path=${target.environment['PATH']}`), 'with the PATH of the container');
      assert.equal((await shell.exit).code, 3);
    });

    it('reaches a port in the container', async () => {
      const server = `use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => '127.0.0.1', LocalPort => 4568) or die;
      syswrite STDOUT, "up\\n"; my $c = $s->accept; sysread $c, my $words, 99; syswrite $c, "hello $words";`;
      const serving = await line.run({ argv: ['perl', '-e', server] });
      await once(serving.stdout, 'data');
      const { stream, whole } = await line.forward(4568);
      stream.write('there');
      assert.equal(await text(stream), 'hello there');
      assert.equal(whole(), true);
      await assert.rejects(line.forward(4569), { code: 'line_failed', message: /port 4569/ });
      await serving.exit;
    });

    it('heals after the container restarted; what was under way is lost and not run again', async () => {
      const command = await line.run({ argv: ['sh', '-c', 'echo run >>/workspace/count; echo ready; sleep 300'] });
      await once(command.stdout, 'data');
      command.stdout.resume();
      await bed.engine.restartContainer(target.containerId, 1);
      await assert.rejects(command.exit, { code: 'line_lost' });
      assert.equal(await say('cat', '/workspace/count'), 'run');
      assert.equal(String(await line.files.read('/workspace/count')), 'run\n');
    });

    it('closes when nobody needs it, and opens again', async () => {
      const lines = createLines({ engine: bed.connection, home: bed.home, idleMs: 100 });
      const own = lines.get(target);
      const long = await own.run({ argv: ['sleep', '0.4'] });
      await delay(250);
      assert.equal(own.state, 'connected', 'a running command keeps it');
      await long.exit;
      const state = (): string => own.state;
      for (let i = 0; state() === 'connected' && i < 50; i += 1) await delay(20);
      assert.equal(state(), 'idle');
      assert((await own.connect()) > 0);
      lines.dispose();
      assert.equal(state(), 'closed');
      await assert.rejects(own.run({ argv: ['true'] }), { name: 'AbortError' });
    });

    it('lets one caller go without the others', async () => {
      const lines = createLines({ engine: bed.connection, home: bed.home });
      const own = lines.get(target);
      const abort = new AbortController();
      const [impatient, patient] = [own.connect(abort.signal), own.connect()];
      abort.abort();
      await assert.rejects(impatient, { name: 'AbortError' });
      assert((await patient) > 0);
      lines.dispose();
    });

    it('lets a second home in beside the first', async () => {
      const second = await LineBed.make();
      try {
        const theirs = createLines({ engine: second.connection, home: second.home });
        const command = await theirs.get(target).run({ argv: ['echo', 'second'] });
        assert.equal(await text(command.stdout), 'second\n');
        assert.equal(await say('echo', 'first'), 'first');
        theirs.dispose();
      } finally {
        await second.dispose();
      }
    });
  });
