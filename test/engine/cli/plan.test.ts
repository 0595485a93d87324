import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorOf } from '../../harness/berth';
import { Bed } from './bed';

interface Difference {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly class: string;
  readonly why: string;
}

describe('berth plan', function () {
  this.timeout(30_000);
  const bed = new Bed();
  after(() => bed.dispose());

  async function plan(folder: string) {
    const { code, document } = await bed.berth.json(['plan', folder]);
    assert.equal(code, 0, JSON.stringify(document));
    const differences = document['differences'] as Difference[];
    const lines = differences.map((one) => `${one.class}: ${one.path} ${one.before ?? '–'} → ${one.after ?? '–'}`);
    return { document, lines, class: document['class'] };
  }

  /** What the engine says of a container, with its start: the same start is the same run. */
  const started = (id: string) => bed.docker('inspect', '-f', '{{.Id}} {{.State.StartedAt}}', id);

  const inside = (folder: string, v1: string, v2: string) =>
    bed
      .run(['exec', '-p', folder, '--', 'sh', '-c', `cat /sys/fs/cgroup/${v1} 2>/dev/null || cat /sys/fs/cgroup/${v2}`])
      .then(({ stdout }) => stdout.trim());

  const resources = { cpus: 1, memory: '256m', pids: 200 };

  it('of a folder without a container: create, without making any', async () => {
    const folder = bed.folder('absent');
    const { document } = await plan(folder);
    assert.deepEqual(Object.keys(document), [
      ...['schema', 'outcome', 'project', 'template', 'class', 'differences', 'loss'],
    ]);
    assert.deepEqual([document['class'], document['differences']], ['create', []]);
    assert.match((await bed.run(['plan'], { cwd: folder })).stdout, /^absent: create,(.|\n)*berth up /);
    assert.ok(!(await bed.leftovers('container')).some((name) => name.includes('absent')));
    mkdirSync(join(bed.dir, 'empty'));
    assert.match((await bed.run(['plan', join(bed.dir, 'empty')])).stdout, /Template: base \(.+\)\./);
  });

  it('of a container that is as it should be: nothing', async () => {
    const folder = bed.folder('same');
    await bed.up(folder);
    assert.deepEqual([(await plan(folder)).class, (await plan(folder)).lines], ['nothing', []]);
    assert.match((await bed.run(['plan', 'same'])).stdout, /^same: nothing\. The container is what/);
  });

  it('classes each edit by what it needs, for a machine and for a person', async () => {
    const environment = { PORT: '3000' };
    const folder = bed.folder('edited', { resources, environment });
    await bed.up(folder);
    bed.folder('edited', {
      resources: { ...resources, pids: 100 },
      environment: { PORT: '4000' },
      packages: { apt: ['jq'] },
      post_create: ['true'],
    });
    const { document, lines } = await plan(folder);
    assert.equal(document['class'], 'rebuild');
    assert.match(lines[0] ?? '', /^rebuild: packages\.apt .*jq$/);
    assert.deepEqual(lines.slice(1), [
      'recreate: environment.PORT 3000 → 4000',
      'live: resources.pids 200 → 100',
      'nothing: post_create – → true',
    ]);
    const { stdout } = await bed.run(['plan', 'edited']);
    assert.match(stdout, /^edited: rebuild\n\nrebuild {2}(.|\n)*\n {2}environment\.PORT {2}3000 → 4000 {2}\w/);
    assert.match(stdout, /next {2}berth refresh /);
    assert.deepEqual((await bed.up(folder, '--rebuild')).notices, []);
    assert.equal((await plan(folder)).class, 'nothing');
  });

  it('up gives a running container its new limits without a restart, and says so', async () => {
    const folder = bed.folder('live', { resources });
    const { container } = await bed.up(folder);
    const before = await started(container.id);
    bed.folder('live', { resources: { cpus: 0.5, memory: '1g', pids: 123 } });
    const planned = await plan(folder);
    assert.deepEqual(planned.lines, [
      'live: resources.cpus 1 → 0.5',
      'live: resources.memory 256m → 1g',
      'live: resources.pids 200 → 123',
    ]);
    const ls = await bed.berth.json(['status', folder]);
    assert.deepEqual(ls.document['stale'], [], 'what is applied live makes nothing stale');
    const { notices, reused } = await bed.up(folder);
    assert.deepEqual(notices, ['Changed without a restart: cpus 1 → 0.5, memory 256m → 1g, pids 200 → 123.']);
    assert.equal(reused, true);
    assert.equal(await started(container.id), before);
    assert.equal(await inside(folder, 'memory/memory.limit_in_bytes', 'memory.max'), String(2 ** 30));
    assert.equal(await inside(folder, 'pids/pids.max', 'pids.max'), '123');
    assert.match(await inside(folder, 'cpu/cpu.cfs_quota_us', 'cpu.max'), /^50000\b/);
    assert.equal((await plan(folder)).class, 'nothing');
    assert.deepEqual((await bed.up(folder)).notices, []);
  });

  it('goes by what the engine enforces, also where somebody changed it by hand', async () => {
    const folder = bed.folder('byhand', { resources });
    const { container } = await bed.up(folder);
    await bed.docker('update', '--pids-limit', '77', container.id);
    assert.deepEqual((await plan(folder)).lines, ['live: resources.pids 77 → 200']);
    assert.deepEqual((await bed.up(folder)).notices, ['Changed without a restart: pids 77 → 200.']);
  });

  it('gives a stopped container its new limits as it starts', async () => {
    const folder = bed.folder('asleep', { resources });
    const { container } = await bed.up(folder);
    await bed.run(['stop', folder]);
    bed.folder('asleep', { resources: { ...resources, pids: 99 } });
    assert.deepEqual((await plan(folder)).lines, ['live: resources.pids 200 → 99']);
    const again = await bed.up(folder);
    assert.equal(again.container.id, container.id);
    assert.deepEqual(again.notices, ['Changed before the start: pids 200 → 99.']);
    assert.equal(await inside(folder, 'pids/pids.max', 'pids.max'), '99');
  });

  it('refuses less memory than is in use, with all limits as they were', async () => {
    const folder = bed.folder('full', { resources });
    const { container } = await bed.up(folder);
    await bed.run(['exec', '-p', folder, '--', 'sh', '-c', 'head -c 50000000 /dev/zero > /dev/shm/held']);
    bed.folder('full', { resources: { cpus: 0.5, memory: '16m', pids: 50 } });
    const { code, document } = await bed.berth.json(['up', folder]);
    assert.deepEqual([code, errorOf(document).code], [1, 'memory_in_use']);
    assert.match(errorOf(document).message, /uses \d+ MiB of memory now, so it cannot be limited to 16m/);
    const format = '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.State.Running}}';
    assert.equal(await bed.docker('inspect', '-f', format, container.id), `${256 * 2 ** 20} 200 true`);
  });

  it('clamps cpus to what the engine has, and says so', async () => {
    const folder = bed.folder('greedy', { resources });
    await bed.up(folder);
    bed.folder('greedy', { resources: { ...resources, cpus: 4000 } });
    const has = await bed.docker('info', '-f', '{{.NCPU}}');
    const { document, lines } = await plan(folder);
    assert.deepEqual(lines, [`live: resources.cpus 1 → ${has}`]);
    assert.match((document['differences'] as Difference[])[0]?.why ?? '', /asks for 4000, this engine has/);
    const said = `The template asks for 4000 cpus; this engine has ${has}, so it gets these.`;
    assert.deepEqual((await bed.up(folder)).notices, [said, `Changed without a restart: cpus 1 → ${has}.`]);
    assert.deepEqual((await bed.up(folder)).notices, [said]);
    assert.deepEqual((await plan(folder)).lines, [`nothing: resources.cpus ${has} → 4000`]);
  });

  it('needs nothing for a port to be forwarded: the row has it at once', async () => {
    const folder = bed.folder('harbour', { ports: [3000] });
    await bed.up(folder);
    bed.folder('harbour', { ports: [3000, 4000] });
    assert.deepEqual((await plan(folder)).lines, ['nothing: ports 3000 → 3000, 4000']);
    const { document } = await bed.berth.json(['status', folder]);
    assert.deepEqual(document['stale'], []);
    assert.deepEqual(
      (document['ports'] as { port: number }[]).map(({ port }) => port),
      [3000, 4000],
    );
    bed.folder('harbour', { ports: [{ port: 3000, publish: true }] });
    assert.equal((await plan(folder)).class, 'recreate');
  });

  it('tells of a link to a folder that was set anew', async () => {
    const folder = bed.folder('linked', { volumes: [{ host: './data', container: '/data' }] });
    for (const name of ['one', 'two']) mkdirSync(join(folder, name));
    symlinkSync('one', join(folder, 'data'));
    await bed.up(folder);
    assert.equal((await plan(folder)).class, 'nothing');
    rmSync(join(folder, 'data'));
    symlinkSync('two', join(folder, 'data'));
    assert.deepEqual((await plan(folder)).lines, [`recreate: volumes ${folder}/one:/data → ${folder}/two:/data`]);
  });

  it('says what keeps it from planning: no such project, a broken template, a folder that is gone', async () => {
    const failure = async (...args: string[]) => errorOf((await bed.berth.json(['plan', ...args])).document).code;
    assert.equal(await failure('nobody'), 'project_not_found');
    assert.equal(await failure(join(bed.dir, 'nowhere')), 'folder_not_found');
    const folder = bed.folder('broken');
    await bed.up(folder);
    bed.folder('broken', { resources: { cpus: 'many' } });
    assert.equal(await failure(folder), 'template_invalid');
    assert.equal((await bed.up(folder)).reused, true, 'the container is left as it is');
    rmSync(folder, { recursive: true });
    assert.equal(await failure('broken'), 'folder_not_found');
  });
});
