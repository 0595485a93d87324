import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Bench, says } from './fixture';

describe('engine: exec', () => {
  let bench: Bench;
  let id: string;
  before(async () => {
    bench = await Bench.open();
    id = await bench.running({ environment: { FROM_CONTAINER: 'c' } });
  });
  after(() => bench.close());

  it('keeps stdout and stderr apart and gives the exit code, cwd, user and environment', async () => {
    const script = 'echo "$A $FROM_CONTAINER"; pwd; id -un; echo bad >&2; exit 7';
    const ran = await bench.run(id, ['sh', '-c', script], { env: { A: 'a=é b' }, cwd: '/usr', user: 'nobody' });
    assert.deepEqual(ran, { stdout: 'a=é b c\n/usr\nnobody\n', stderr: 'bad\n', code: 7 });
  });

  it('never loses the last line, nor asks for the exit code too early', async () => {
    const runs = Array.from({ length: 8 }, (_, n) =>
      bench.run(id, ['sh', '-c', `echo first; echo last ${n}; exit ${n}`]),
    );
    for (const [n, ran] of (await Promise.all(runs)).entries()) {
      assert.deepEqual(ran, { stdout: `first\nlast ${n}\n`, stderr: '', code: n });
    }
  });

  it('waits for a process that closed its streams and runs on', async () => {
    const ran = await bench.run(id, ['sh', '-c', 'exec >&- 2>&- ; sleep 0.4; exit 5']);
    assert.equal(ran.code, 5);
  });

  it('ends stdin alone, so that a filter can still answer', async () => {
    const process = await bench.engine.exec(id, { argv: ['sort'], stdin: true });
    process.stdin.end('b\na\n');
    const [out] = await Promise.all([text(process.stdout), text(process.stderr)]);
    assert.equal(out, 'a\nb\n');
    assert.equal(await process.exit, 0);
  });

  it('gives a process without stdin an end of file at once', async () => {
    assert.deepEqual(await bench.run(id, ['cat']), { stdout: '', stderr: '', code: 0 });
  });

  it('gives a real terminal of the right size from the start, and resizes it', async () => {
    const tty = { columns: 91, rows: 33 };
    const script =
      'until [ "$(stty size)" = "33 91" ]; do sleep 0.02; done; echo sized; trap "stty size; exit 4" WINCH; echo ready; while :; do sleep 0.05; done';
    const process = await bench.engine.exec(id, { argv: ['bash', '-c', script], stdin: true, tty });
    await says(process.stdout, 'ready');
    const rest = text(process.stdout);
    await process.resize(120, 50);
    assert.match(await rest, /50 120/);
    assert.equal(await process.exit, 4);
    assert.equal(await text(process.stderr), '');
  });

  it('passes 100 MB through unchanged while the reader is slow', async () => {
    const total = 100 * 1024 * 1024;
    const process = await bench.engine.exec(id, { argv: ['head', '-c', String(total), '/dev/zero'], stdin: false });
    process.stderr.resume();
    let got = 0;
    const slow = new Writable({
      highWaterMark: 1024,
      write: (chunk: Buffer, _encoding, done) => {
        got += chunk.length;
        setImmediate(() => done());
      },
    });
    await pipeline(process.stdout, slow);
    assert.equal(got, total);
    assert.equal(await process.exit, 0);
  });

  it('is one byte stream for a protocol, half-closed by its caller, with stderr aside', async () => {
    const argv = ['sh', '-c', 'echo aside >&2; cat; echo after the end'];
    const process = await bench.engine.execStream(id, { argv });
    const payload = Buffer.alloc(3 * 1024 * 1024, 'berth ');
    process.stream.end(payload);
    const out = await text(process.stream);
    assert.ok(out === `${payload.toString()}after the end\n`);
    assert.equal(await process.exit, 0);
    assert.equal(process.stderr(), 'aside\n');
  });

  it('closes the byte stream when the process ends', async () => {
    const { stream, exit } = await bench.engine.execStream(id, { argv: ['sh', '-c', 'exit 3'] });
    stream.resume();
    await once(stream, 'end');
    assert.equal(await exit, 3);
  });

  it('lets go of the streams on dispose, and the process goes on', async () => {
    const process = await bench.engine.exec(id, {
      argv: ['sh', '-c', 'echo up; sleep 0.3; echo x > /went-on'],
      stdin: false,
    });
    process.stderr.resume();
    await says(process.stdout, 'up');
    process.dispose();
    await assert.rejects(process.exit);
    const wait = 'for i in $(seq 100); do [ -e /went-on ] && exit 0; sleep 0.05; done; exit 1';
    assert.equal((await bench.run(id, ['sh', '-c', wait])).code, 0);
  });

  it('ends its part when its signal is aborted', async () => {
    const stop = new AbortController();
    const process = await bench.engine.exec(id, { argv: ['sh', '-c', 'echo up; sleep 60'], stdin: false }, stop.signal);
    process.stderr.resume();
    await says(process.stdout, 'up');
    stop.abort();
    await assert.rejects(process.exit, { name: 'AbortError' });
  });

  it('says that a container is not running, or gone', async () => {
    const idle = await bench.engine.createContainer(bench.spec());
    await assert.rejects(bench.run(idle, ['true']), { code: 'container_not_running' });
    await bench.engine.removeContainer(idle, { force: true });
    await assert.rejects(bench.run(idle, ['true']), { code: 'container_gone' });
  });

  it('ends the streams of a process whose container is removed under it', async () => {
    const doomed = await bench.running();
    const process = await bench.engine.exec(doomed, { argv: ['sh', '-c', 'echo up; sleep 60'], stdin: false });
    const errors = text(process.stderr);
    await says(process.stdout, 'up');
    await bench.engine.removeContainer(doomed, { force: true });
    const end = await process.exit.catch((error: unknown) => (error as { code: string }).code);
    // The engine may still know that it was killed, or have forgotten it with its container.
    assert.ok(end === 137 || end === 'container_gone', String(end));
    assert.equal(await errors, '');
  });
});
