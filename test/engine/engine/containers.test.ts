import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { base, Bench, says } from './fixture';

describe('engine: containers', () => {
  let bench: Bench;
  before(async () => (bench = await Bench.open()));
  after(() => bench.close());

  it('makes one as the spec says, and tells so when asked', async () => {
    const spec = bench.spec({
      environment: { A: 'x=y', EMPTY: '' },
      workdir: '/tmp',
      mounts: [{ kind: 'tmpfs', target: '/scratch', mode: 0o700, sizeBytes: 1 << 20 }],
      limits: { ...bench.spec().limits, cpus: 0.5, pids: 77 },
      healthcheck: { command: 'true', intervalMs: 1000, timeoutMs: 1000, retries: 1 },
    });
    const id = await bench.engine.createContainer(spec);
    const made = await bench.engine.inspectContainer(spec.name);
    assert.ok(made !== null);
    assert.equal(made.id, id);
    assert.equal(made.name, spec.name);
    assert.equal(made.state, 'created');
    assert.equal(made.exitCode, null);
    assert.equal(made.startedAt, null);
    assert.equal(made.image, base);
    assert.equal(made.environment['A'], 'x=y');
    assert.deepEqual(made.limits, { cpus: 0.5, memoryBytes: 256 << 20, pids: 77 });
    assert.deepEqual(made.mounts, spec.mounts);
    await bench.engine.startContainer(id);
    const { stdout } = await bench.run(id, ['sh', '-c', 'pwd; ulimit -n; stat -c %a /scratch; df -k /scratch']);
    assert.match(stdout, /^\/tmp\n1024\n700\n/);
    assert.match(stdout, / 1024 .*\/scratch/);
  });

  it('keeps only the default capabilities, under no-new-privileges, with an init as PID 1', async () => {
    const id = await bench.running();
    const { stdout } = await bench.run(id, ['cat', '/proc/1/status', '/proc/1/comm']);
    const bits = BigInt(`0x${/CapBnd:\s*(\w+)/.exec(stdout)?.[1] ?? '0'}`);
    // CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, KILL 5, SETGID 6, SETUID 7, SYS_CHROOT 18, AUDIT_WRITE 29.
    const wanted = [0, 1, 3, 5, 6, 7, 18, 29].reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
    assert.equal(bits, wanted);
    assert.match(stdout, /NoNewPrivs:\s*1/);
    assert.match(stdout, /(docker-init|tini)/);
  });

  it('finds by labels alone what carries all of them', async () => {
    const own = { ...bench.labels, 'dev.berth.test.more': 'a b' };
    const id = await bench.engine.createContainer(bench.spec({ labels: own }));
    const found = await bench.engine.listContainers({ labels: own });
    assert.deepEqual(
      found.map((row) => [row.id, row.state, row.health, row.labels['dev.berth.test.more']]),
      [[id, 'created', null, 'a b']],
    );
    assert.deepEqual(await bench.engine.listContainers({ labels: { ...own, other: 'x' } }), []);
  });

  it('refuses a name that is taken, at creation and at renaming', async () => {
    const spec = bench.spec();
    const id = await bench.engine.createContainer(spec);
    await assert.rejects(bench.engine.createContainer(spec), { code: 'container_conflict' });
    const other = bench.name();
    await bench.engine.renameContainer(id, other);
    assert.equal((await bench.engine.inspectContainer(id))?.name, other);
    const second = await bench.engine.createContainer(spec);
    await assert.rejects(bench.engine.renameContainer(second, other), { code: 'container_conflict' });
  });

  it('says that an image is missing', async () => {
    await assert.rejects(bench.engine.createContainer(bench.spec({ image: 'berth-test/nope:1' })), {
      code: 'image_not_found',
      message: 'The image berth-test/nope:1 is not on the engine.',
    });
  });

  it('starts and stops as often as it is asked, and knows the exit code', async () => {
    const command = ['sh', '-c', 'trap "exit 3" TERM; echo up; while :; do sleep 0.05; done'];
    const id = await bench.running({ command });
    await bench.engine.startContainer(id);
    const { stdout, stderr } = await bench.engine.containerLogs(id, { follow: true, tail: 'all' });
    stderr.resume();
    await says(stdout, 'up');
    await bench.engine.stopContainer(id, 10);
    await bench.engine.stopContainer(id, 10);
    const stopped = await bench.engine.inspectContainer(id);
    assert.equal(stopped?.state, 'exited');
    assert.equal(stopped.exitCode, 3);
    assert.notEqual(stopped.finishedAt, null);
    await bench.engine.restartContainer(id, 1);
    assert.equal((await bench.engine.inspectContainer(id))?.state, 'running');
  });

  it('knows nothing of one that never was', async () => {
    assert.equal(await bench.engine.inspectContainer('berth-test-nope'), null);
    await bench.engine.removeContainer('berth-test-nope', { force: true });
    const { engine } = bench;
    for (const verb of [
      () => engine.startContainer('berth-test-nope'),
      () => engine.stopContainer('berth-test-nope', 1),
      () => engine.containerUsage('berth-test-nope'),
      () => engine.containerLogs('berth-test-nope', { follow: false, tail: 1 }),
    ]) {
      await assert.rejects(verb, { code: 'container_gone' });
    }
  });

  it('returns from a removal only when it is gone, for each of many who remove it at once', async () => {
    for (let round = 0; round < 3; round++) {
      const spec = bench.spec();
      const id = await bench.engine.createContainer(spec);
      await bench.engine.startContainer(id);
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          await bench.engine.removeContainer(id, { force: true });
          assert.equal(await bench.engine.inspectContainer(id), null);
        }),
      );
      await bench.engine.removeContainer(await bench.engine.createContainer(spec), { force: false });
    }
  });

  it('gives a log’s two streams apart, its tail, and its end', async () => {
    const script = 'for i in 1 2 3; do echo "out $i"; echo "err $i" >&2; done; echo é';
    const id = await bench.running({ command: ['sh', '-c', script] });
    const followed = await bench.engine.containerLogs(id, { follow: true, tail: 'all' });
    const both = await Promise.all([text(followed.stdout), text(followed.stderr), followed.ended]);
    assert.deepEqual(both.slice(0, 2), ['out 1\nout 2\nout 3\né\n', 'err 1\nerr 2\nerr 3\n']);
    const last = await bench.engine.containerLogs(id, { follow: false, tail: 1 });
    const [out, err] = await Promise.all([text(last.stdout), text(last.stderr), last.ended]);
    assert.equal((out + err).split('\n').length, 2);
  });

  it('stops following a log quietly when it is told to', async () => {
    const id = await bench.running({ command: ['sh', '-c', 'echo up; sleep infinity'] });
    const stop = new AbortController();
    const log = await bench.engine.containerLogs(id, { follow: true, tail: 'all' }, stop.signal);
    log.stderr.resume();
    await says(log.stdout, 'up');
    stop.abort();
    await log.ended;
  });

  it('measures use: cpu in percent of a core, memory without the page cache', async () => {
    const script =
      'dd if=/dev/zero of=/big bs=1M count=64 2>/dev/null; cat /big >/dev/null; echo ready; while :; do :; done';
    const id = await bench.running({ command: ['sh', '-c', script] });
    const { stdout, stderr } = await bench.engine.containerLogs(id, { follow: true, tail: 'all' });
    stderr.resume();
    await says(stdout, 'ready');
    const usage = await bench.engine.containerUsage(id);
    assert.ok(((await bench.engine.writableBytes(id)) ?? 0) >= 64 << 20);
    assert.equal(await bench.engine.writableBytes('berth-test-nope'), null);
    await bench.engine.removeContainer(id, { force: true });
    assert.ok(usage.cpuPercent !== null && usage.cpuPercent > 10, `cpu ${usage.cpuPercent}`);
    assert.ok(usage.memoryBytes > 0 && usage.memoryBytes < 48 << 20, `memory ${usage.memoryBytes}`);
    assert.ok(usage.pids >= 2);
  });

  it('obeys a signal that was aborted before, and one in the middle', async () => {
    await assert.rejects(bench.engine.listContainers({ labels: {} }, AbortSignal.abort()), { name: 'AbortError' });
    const command = ['sh', '-c', 'trap "" TERM; echo up; while :; do sleep 0.05; done'];
    const id = await bench.running({ command });
    const { stdout, stderr } = await bench.engine.containerLogs(id, { follow: true, tail: 'all' });
    stderr.resume();
    await says(stdout, 'up');
    const stop = new AbortController();
    const stopping = bench.engine.stopContainer(id, 60, stop.signal);
    setImmediate(() => stop.abort());
    await assert.rejects(stopping, { name: 'AbortError' });
  });
});

describe('engine: images and volumes', () => {
  let bench: Bench;
  before(async () => (bench = await Bench.open()));
  after(() => bench.close());

  it('tells of an image, and of one that is not there', async () => {
    const image = await bench.engine.inspectImage(base);
    assert.equal(image?.tags.includes(base), true);
    assert.equal(image.os, 'linux');
    assert.equal(await bench.engine.inspectImage('berth-test/nope:1'), null);
    await bench.engine.removeImage('berth-test/nope:1');
  });

  it('makes a volume once, keeps it as it is, and refuses to remove one in use', async () => {
    const name = bench.name();
    await bench.engine.ensureVolume(name, bench.labels);
    await bench.engine.ensureVolume(name, { ...bench.labels, later: 'ignored' });
    assert.deepEqual(await bench.engine.listVolumes({ labels: bench.labels }), [{ name, labels: bench.labels }]);
    const mounts = [{ kind: 'volume', volume: name, target: '/data', readOnly: false }] as const;
    const id = await bench.running({ mounts });
    assert.deepEqual((await bench.engine.inspectContainer(id))?.mounts, mounts);
    await assert.rejects(bench.engine.removeVolume(name), { code: 'engine_error', message: /in use/ });
    await bench.engine.removeContainer(id, { force: true });
    assert.equal((await bench.engine.listVolumes({ labels: bench.labels })).length, 1);
    await bench.engine.removeVolume(name);
    await bench.engine.removeVolume(name);
  });
});
