import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CommandRunner, CommandSpec, RunningCommand } from '../../../src/core/command';
import { createEngineRunner } from '../../../src/core/line/engine-runner';
import type { LineTarget } from '../../../src/core/line/types';
import { asking, LineBed, trickyEnvironment } from './bed';

/** Runs to the end and collects. */
async function collect(command: RunningCommand): Promise<{ out: string; err: string; code: number }> {
  const [out, err, exit] = await Promise.all([text(command.stdout), text(command.stderr), command.exit]);
  return { out, err, code: exit.code };
}

/** Whether a command that tells its number is the leader of its session, and how it ended. */
const halves = ({ out, err, code }: Awaited<ReturnType<typeof collect>>) => [out.trim() === err.trim(), code];

/** Reads until the text has come; what follows waits for the next reader. */
function waitFor(stream: Readable, wanted: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const onEnd = (): void => reject(new Error(`it ended before ${wanted} came: ${seen}`));
    const onData = (chunk: Buffer): void => {
      seen += chunk.toString();
      if (!seen.includes(wanted)) return;
      stream.off('data', onData).off('end', onEnd).pause();
      resolve(seen);
    };
    stream.on('data', onData).on('end', onEnd).resume();
  });
}

/** What all roads promise alike. */
const roads = ['the engine’s exec', 'the Line by SSH over exec', 'the Line by SSH over a socket', 'the Line by pipes'];

for (const road of roads) {
  describe(`A command by ${road}`, function () {
    this.timeout(60_000);
    const overLine = road !== 'the engine’s exec';
    const overSsh = road.includes('SSH');
    const dialled = !overSsh || road.endsWith('a socket');
    let bed: LineBed;
    let target: LineTarget;
    let runner: CommandRunner;

    before(async () => {
      bed = await LineBed.make(overSsh ? { session: asking } : {});
      target = await bed.container({ dialled });
      runner = overLine ? bed.line(target) : createEngineRunner(bed.engine, target);
    });
    after(() => bed.dispose());

    const run = async (spec: CommandSpec) => collect(await runner.run(spec));
    /** Names of the processes of the container that match, by its own `ps`. */
    const processes = async (pattern: string): Promise<string> =>
      (await run({ argv: ['pgrep', '-fl', '--', pattern], user: 'root' })).out
        .split('\n')
        .filter((line) => line !== '' && !line.includes('pgrep'))
        .join('\n');

    it('runs as the login user in the workspace, with both outputs and its code', async () => {
      const result = await run({ argv: ['sh', '-c', 'id -un; pwd; echo oops >&2; exit 42'] });
      assert.deepEqual(result, { out: 'dev\n/workspace\n', err: 'oops\n', code: 42 });
    });

    it("sees the container's own environment, and its own on top", async () => {
      const { out } = await run({ argv: ['env', '-0'], env: { EXTRA: "it's\nnew", PLAIN: 'over' } });
      const seen = new Map(out.split('\0').map((line) => [line.split('=', 1)[0]!, line.slice(line.indexOf('=') + 1)]));
      const wanted = { ...target.environment, ...trickyEnvironment, EXTRA: "it's\nnew", PLAIN: 'over' };
      for (const [name, value] of Object.entries(wanted)) assert.equal(seen.get(name), value, name);
      assert.equal(seen.get('HOME'), '/home/dev');
      assert.equal(seen.has('BERTH_RUN'), false);
    });

    it('goes that road', async () => {
      const { out } = await run({ argv: ['sh', '-c', 'echo "${SSH_CONNECTION+ssh}"; ps -o args= -p $PPID'] });
      const [ssh, parent] = out.split('\n');
      assert.equal(ssh, overSsh ? 'ssh' : '');
      assert.match(parent ?? '', overSsh ? /^sshd|berth-waits$/ : overLine ? /^berth-line / : /^$/);
    });

    it('can open its own outputs and input by their names', async () => {
      const script = 'echo out >/dev/stdout; echo err >/dev/stderr; cat /dev/stdin';
      const command = await runner.run({ argv: ['sh', '-c', script], stdin: true });
      command.stdin!.end('in\n');
      assert.deepEqual(await collect(command), { out: 'out\nin\n', err: 'err\n', code: 0 });
    });

    it('can open its input by its name when all of that has been written', async () => {
      const wait = 'until [ -e /workspace/go ]; do sleep 0.02; done';
      const command = await runner.run({ argv: ['sh', '-c', `${wait}; cat /dev/stdin; wait`], stdin: true });
      await new Promise<void>((written) => void command.stdin!.end('all of it', () => written()));
      await run({ argv: ['touch', '/workspace/go'] });
      assert.deepEqual(await collect(command), { out: 'all of it', err: '', code: 0 });
    });

    it('runs a look of Berth’s own like any other, with and without input', async () => {
      assert.deepEqual(await run({ argv: ['sh', '-c', 'echo $$; ps -o sid= -p $$ >&2'], own: true }).then(halves), [
        true,
        0,
      ]);
      const command = await runner.run({ argv: ['sh', '-c', 'cat; exit 3'], own: true, stdin: true });
      command.stdin!.end('given');
      assert.deepEqual(await collect(command), { out: 'given', err: '', code: 3 });
    });

    it('takes another folder and another user', async () => {
      assert.equal((await run({ argv: ['pwd'], cwd: '/usr/share' })).out, '/usr/share\n');
      assert.equal((await run({ argv: ['id', '-un'], user: 'root' })).out, 'root\n');
    });

    it('says so when the folder is not there', async () => {
      await assert.rejects(run({ argv: ['true'], cwd: '/no such' }), { code: 'file_not_found', message: /\/no such/ });
    });

    it('passes awkward arguments as they are', async () => {
      const words = ['', ' ', "'", '"', '$(id)', '`id`', '\\', '\n', '*', '-n', 'ü☃', '!x', '~'];
      const { out } = await run({ argv: ['printf', '%s\\0', ...words] });
      assert.deepEqual(out.split('\0').slice(0, -1), words);
    });

    it('ends with 127 and 126 like a shell', async () => {
      assert.equal((await run({ argv: ['no-such-program'] })).code, 127);
      assert.equal((await run({ argv: ['/etc'] })).code, 126);
    });

    it('ends with 128 and the number for a signal', async () => {
      assert.equal((await run({ argv: ['sh', '-c', 'kill -KILL $$'] })).code, 137);
      assert.equal((await run({ argv: ['sh', '-c', 'kill -TERM $$'] })).code, 143);
    });

    it('reads an end of file at once without stdin, and passes on stdin and its end', async () => {
      assert.deepEqual(await run({ argv: ['cat'] }), { out: '', err: '', code: 0 });
      const command = await runner.run({ argv: ['sh', '-c', 'cat; echo after'], stdin: true });
      command.stdin!.end('from here ');
      assert.equal((await collect(command)).out, 'from here after\n');
    });

    it('loses no byte of a large output and input', async () => {
      const out = await runner.run({ argv: ['head', '-c', '20000000', '/dev/zero'] });
      let bytes = 0;
      for await (const chunk of out.stdout) bytes += (chunk as Buffer).length;
      assert.equal(bytes, 20_000_000);
      const back = await runner.run({ argv: ['wc', '-c'], stdin: true });
      back.stdin!.end(Buffer.alloc(20_000_000));
      assert.equal((await collect(back)).out.trim(), '20000000');
    });

    it('is over with all it started at a time-out', async () => {
      const script = "trap '' TERM; set -m; sleep 4711 & setsid -w sleep 4712 & sleep 4713";
      const command = await runner.run({ argv: ['bash', '-c', script], timeoutMs: 300 });
      command.stdout.resume();
      const exit = await command.exit;
      assert.deepEqual([exit.code, exit.timedOut], [124, true]);
      assert.equal(await processes('sleep 471[13]'), '');
      await run({ argv: ['pkill', '-f', 'sleep 4712'] }); // It left the session: out of reach, and said so in the docs.
    });

    it('is over when its signal aborts, and may clean up before', async () => {
      const abort = new AbortController();
      const script = "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.05; done";
      const command = await runner.run({ argv: ['sh', '-c', script] }, abort.signal);
      await waitFor(command.stdout, 'ready');
      const rest = text(command.stdout);
      abort.abort();
      const exit = await command.exit;
      assert.deepEqual([await rest, exit.code, exit.cancelled, exit.timedOut], ['bye\n', 9, true, false]);
    });

    for (const name of ['USR1', 'INT', 'QUIT', 'HUP', 'PIPE'])
      it(`gets signals by name, ${name} too`, async () => {
        const script = `trap 'echo got; exit 0' ${name}; echo ready; while :; do sleep 0.05; done`;
        const command = await runner.run({ argv: ['sh', '-c', script] });
        await waitFor(command.stdout, 'ready');
        const rest = text(command.stdout);
        await command.signal(name);
        assert.equal(await rest, 'got\n');
        assert.equal((await command.exit).code, 0);
      });

    it('has a real terminal that can be resized', async () => {
      const command = await runner.run({
        argv: ['bash', '--norc', '-i'],
        env: { PS1: '> ' },
        tty: { columns: 91, rows: 37, term: 'xterm' },
      });
      await waitFor(command.stdout, '> ');
      command.stdin!.write('stty size; echo $TERM; test -t 0 && test -t 2 && echo "tty""!"\n');
      assert.match(await waitFor(command.stdout, 'tty!'), /37 91\r\nxterm\r\n/);
      command.resize({ columns: 120, rows: 40 });
      command.stdin!.write('sleep 0.2; stty size; echo "do""ne"\n');
      assert.match(await waitFor(command.stdout, 'done'), /40 120/);
      command.stdin!.write('exit 6\n');
      command.stdout.resume();
      assert.equal((await command.exit).code, 6);
    });

    it('takes 60 at once', async () => {
      const all = await Promise.all(Array.from({ length: 60 }, (_, i) => run({ argv: ['echo', String(i)] })));
      assert.deepEqual(
        all,
        Array.from({ length: 60 }, (_, i) => ({ out: `${i}\n`, err: '', code: 0 })),
      );
    });

    it('says that the container does not run, or is gone', async () => {
      const other = await bed.container({ dialled });
      const there = overLine ? bed.line(other) : createEngineRunner(bed.engine, other);
      await bed.engine.stopContainer(other.containerId, 1);
      await assert.rejects(there.run({ argv: ['true'] }), { code: 'container_not_running' });
      await bed.engine.removeContainer(other.containerId, { force: true });
      await assert.rejects(there.run({ argv: ['true'] }), { code: 'container_gone' });
    });

    it('tells that its container was removed under it', async () => {
      const other = await bed.container({ dialled });
      const there = overLine ? bed.line(other) : createEngineRunner(bed.engine, other);
      const command = await there.run({ argv: ['sh', '-c', 'echo ready; sleep 300'] });
      await waitFor(command.stdout, 'ready');
      command.stdout.resume();
      await bed.engine.removeContainer(other.containerId, { force: true });
      await assert.rejects(command.exit, { code: 'container_gone' });
    });
  });
}
