import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import type { RunningCommand } from '../../../src/core/command';
import { running } from '../../../src/core/line/running';
import { runHere } from '../../unit/line/local-transport';

/** True while a process of this pid is there (a zombie counts as gone). */
async function alive(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat !== '' && !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
}

/** The first line a command prints. */
async function firstLine(stream: Readable): Promise<string> {
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  return chunk.toString().trim();
}

describe('A running command, by the script alone', () => {
  it('keeps stdout and stderr apart and ends with its own code', async () => {
    const command = await runHere({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 3'] });
    const [out, err, exit] = await Promise.all([text(command.stdout), text(command.stderr), command.exit]);
    assert.deepEqual([out, err, exit.code], ['out\n', 'err\n', 3]);
    assert.equal(exit.timedOut || exit.cancelled, false);
  });

  it('hands every argument over as it is', async () => {
    const word = fc
      .string({ unit: 'binary', maxLength: 12 })
      .filter((text) => !text.includes('\0') && !/[\ud800-\udfff]/u.test(text));
    await fc.assert(
      // Many in one command: starting a process is what takes time.
      fc.asyncProperty(fc.array(word, { maxLength: 20 }), async (words) => {
        const command = await runHere({ argv: ['printf', '%s|', 'x', ...words] });
        assert.equal(await text(command.stdout), ['x', ...words, ''].join('|'));
      }),
      { numRuns: 8 },
    );
  });

  it('is cancelled by a signal that came while its process was being started', async () => {
    const command = await runHere({ argv: ['sleep', '60'] }, AbortSignal.abort());
    const exit = await command.exit;
    assert.equal(exit.cancelled, true);
  });

  it('gets its own variables, and none of the start', async () => {
    const env = { PLAIN: 'a b', TRICKY: `$(id) 'q' "d" \\ \n end`, EMPTY: '' };
    const command = await runHere({ argv: ['env', '-0'], env });
    const got = Object.fromEntries(
      (await text(command.stdout))
        .split('\0')
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    assert.deepEqual({ ...got, ...env }, got);
    assert.equal('BERTH_RUN' in got, false);
  });

  it('ends with 127 for a program that is not there and 126 for one that cannot run', async () => {
    const missing = await runHere({ argv: ['no-such-program'] });
    missing.stderr.resume();
    assert.equal((await missing.exit).code, 127);
    const folder = await runHere({ argv: ['/etc'] });
    assert.match(await text(folder.stderr), /ermission denied/);
    assert.equal((await folder.exit).code, 126);
  });

  it('says so when its folder is not there', async () => {
    await assert.rejects(runHere({ argv: ['true'], cwd: "/no/su'ch" }), {
      code: 'file_not_found',
      message: /\/no\/su'ch/,
    });
  });

  it('refuses what cannot be a command', async () => {
    const refused = (argv: string[], env = {}) =>
      assert.rejects(async () => runHere({ argv, env }), { code: 'bad_usage' }, argv.join(' '));
    await refused([]);
    await refused(['a\0b']);
    await refused(['env'], { 'A=B': 'x' });
    await refused(['x'.repeat(200_000)]);
  });

  it('reads an end of file at once without stdin', async () => {
    const command = await runHere({ argv: ['cat'] });
    assert.equal(await text(command.stdout), '');
    assert.equal((await command.exit).code, 0);
  });

  it('passes stdin on, and its end', async () => {
    const command = await runHere({ argv: ['cat'], stdin: true });
    command.stdin!.end('to the cat');
    assert.equal(await text(command.stdout), 'to the cat');
    assert.equal((await command.exit).code, 0);
  });

  it('loses nothing when it was over before its caller could attach a reader', async () => {
    const transport = {
      stdin: new PassThrough(),
      stdout: Readable.from([Buffer.from('last words\n')]),
      stderr: Readable.from([Buffer.from('\x1efeed 7\n')]),
      ended: Promise.resolve({ code: 1 }),
      resize: () => undefined,
      beside: () => Promise.resolve(),
      abandon: () => undefined,
    };
    const command = await running(transport, { argv: ['x'] }, 'feed');
    let seen = '';
    command.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    command.stderr.resume();
    assert.equal((await command.exit).code, 1);
    assert.equal(seen, 'last words\n');
  });

  it('resolves its end also when nobody reads', async () => {
    const command = await runHere({ argv: ['sh', '-c', 'echo unread; echo unread >&2'] });
    assert.equal((await command.exit).code, 0);
    assert.equal(await text(command.stdout), 'unread\n');
  });

  it('is over for good at a time-out, with all it started', async () => {
    // Job control gives the first sleep a process group of its own. That TERM may be ignored, test/engine/line shows.
    const script = `set -m; sleep 300 & echo $! $$; wait; sleep 300`;
    let pids: number[] = [];
    let exit: Awaited<RunningCommand['exit']> | undefined;
    // On a machine that is busy it may be over before it has begun, and has said nothing.
    for (let timeoutMs = 300; pids.length < 2; timeoutMs *= 4) {
      const command = await runHere({ argv: ['bash', '-c', script], timeoutMs });
      const said = text(command.stdout);
      exit = await command.exit;
      pids = ((await said).match(/\d+/g) ?? []).map(Number);
    }
    assert.ok(exit !== undefined);
    assert.deepEqual([exit.code, exit.timedOut, exit.cancelled], [124, true, false]);
    for (const pid of pids) assert.equal(await alive(pid), false, `process ${pid} is gone`);
  });

  it('gives a cancelled command the time to clean up', async () => {
    const abort = new AbortController();
    const script = `trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done`;
    const command = await runHere({ argv: ['sh', '-c', script] }, abort.signal);
    assert.equal(await firstLine(command.stdout), 'ready');
    const rest = text(command.stdout);
    abort.abort();
    const exit = await command.exit;
    assert.deepEqual([await rest, exit.code, exit.cancelled, exit.timedOut], ['bye\n', 5, true, false]);
  });

  it('is not cancelled after its end', async () => {
    const command = await runHere({ argv: ['true'] });
    await command.exit;
    await command.cancel();
    assert.equal((await command.exit).cancelled, false);
  });

  it('gets signals by name', async () => {
    const script = `trap 'echo usr1; exit 0' USR1; echo ready; while :; do sleep 0.05; done`;
    const command = await runHere({ argv: ['sh', '-c', script] });
    assert.equal(await firstLine(command.stdout), 'ready');
    await assert.rejects(command.signal('$(reboot)'), { code: 'bad_usage' });
    const rest = text(command.stdout);
    await command.signal('USR1');
    assert.equal(await rest, 'usr1\n');
    assert.equal((await command.exit).code, 0);
  });

  it('tells the signal that ended it', async () => {
    const command = await runHere({ argv: ['sh', '-c', 'kill -TERM $$'] });
    const exit = await command.exit;
    assert.deepEqual([exit.code, exit.signal], [143, 'TERM']);
  });
});
