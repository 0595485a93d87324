import assert from 'node:assert/strict';
import { Bench } from './fixture';

const mebibyte = 2 ** 20;

describe('engine: other limits for a container that is there', () => {
  let bench: Bench;
  before(async () => (bench = await Bench.open()));
  after(() => bench.close());

  /** A limit as the container's own kernel has it, under cgroup v1 or v2. */
  const inside = async (id: string, v1: string, v2: string): Promise<string> => {
    const script = `cat /sys/fs/cgroup/${v1} 2>/dev/null || cat /sys/fs/cgroup/${v2}`;
    return (await bench.run(id, ['sh', '-c', script])).stdout.trim();
  };

  it('changes a running one without a restart, up and down, and leaves what is not named', async () => {
    const limits = { ...bench.spec().limits, cpus: 1, memoryBytes: 64 * mebibyte, pids: 100 };
    const id = await bench.running({ limits });
    const before = await bench.engine.inspectContainer(id);
    await bench.engine.updateContainer(id, { cpus: 0.5, memoryBytes: 512 * mebibyte, pids: 50 });
    await bench.engine.updateContainer(id, { memoryBytes: 32 * mebibyte });
    const after = await bench.engine.inspectContainer(id);
    assert.deepEqual(after?.limits, { cpus: 0.5, memoryBytes: 32 * mebibyte, pids: 50 });
    assert.equal(after.startedAt, before?.startedAt);
    assert.equal(await inside(id, 'memory/memory.limit_in_bytes', 'memory.max'), String(32 * mebibyte));
    assert.match(await inside(id, 'cpu/cpu.cfs_quota_us', 'cpu.max'), /^50000\b/);
    assert.equal(await inside(id, 'pids/pids.max', 'pids.max'), '50');
  });

  it('changes a stopped one, which has it at its next start', async () => {
    const id = await bench.engine.createContainer(bench.spec());
    await bench.engine.updateContainer(id, { pids: 55 });
    await bench.engine.startContainer(id);
    assert.equal(await inside(id, 'pids/pids.max', 'pids.max'), '55');
  });

  it('says that more memory is in use, and changes nothing', async () => {
    const id = await bench.running();
    await bench.run(id, ['sh', '-c', 'head -c 40000000 /dev/zero > /dev/shm/held']);
    const { limits } = (await bench.engine.inspectContainer(id)) ?? {};
    await assert.rejects(bench.engine.updateContainer(id, { memoryBytes: 8 * mebibyte, pids: 33 }), {
      code: 'memory_in_use',
    });
    assert.deepEqual((await bench.engine.inspectContainer(id))?.limits, limits);
  });

  it('says that a container is gone', async () => {
    await assert.rejects(bench.engine.updateContainer('no-such-container', { pids: 50 }), { code: 'container_gone' });
  });

  it('ends when it is cancelled', async () => {
    const id = await bench.running();
    await assert.rejects(bench.engine.updateContainer(id, { pids: 50 }, AbortSignal.abort()), { name: 'AbortError' });
  });
});
