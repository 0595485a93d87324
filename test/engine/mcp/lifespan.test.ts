import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Bed } from '../cli/bed';
import { Session } from './bed';

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly detail: string;
}

describe('an agent’s container whose time is limited', function () {
  this.timeout(60_000);
  const bed = new Bed();
  let session: Session;
  before(async () => {
    await mkdir(bed.berth.berthHome, { recursive: true });
    await writeFile(join(bed.berth.berthHome, 'agents.yaml'), 'limits: { memory: 256m, pids: 200 }\n');
    session = await Session.open(bed);
  });
  after(async () => {
    await session.close();
    await bed.dispose();
  });

  it('has no more than the user allows, is listed apart, ends by itself, and does not start again', async () => {
    const made = await session.value('spawn', { key: 'short', cpus: 1, memory_mb: 4096, ttl_s: 5 });
    const { id } = made['container'] as Listed;
    assert.match(String(made['notices']), /memory is 256 MB, not 4096 MB/);
    const { limits } = await session.value('stats', { container: id });
    assert.deepEqual(limits, { cpus: 1, memory_bytes: 256 * 2 ** 20, pids: 200 });
    // Nobody runs that could end it: its own first process does.
    await session.close();
    session = await Session.open(bed);
    let here: Listed | undefined;
    do {
      const { containers, agents } = await session.value('list', {});
      assert.deepEqual(containers, []);
      [here] = agents as Listed[];
    } while (here?.state === 'running');
    assert.deepEqual([here?.id, here?.state, here?.detail], [id, 'stopped', 'its time is over']);
    for (const [tool, input] of [
      ['exec', { container: id, argv: ['true'] }],
      ['attach', { project: id }],
      ['spawn', { key: 'short' }],
    ] as const)
      assert.equal((await session.call(tool, input)).error?.code, 'container_expired', tool);
    assert.deepEqual((await session.value('kill', { container: id }))['kept'], []);
  });
});
