import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createCore, type Core } from '../../../src/core';
import { noProgress, silentLogger } from '../../../src/core/log';
import type { AskedLimits } from '../../../src/core/sandbox/limits';
import { killBox } from '../../../src/core/sandbox/kill';
import { spawnBox, type Spawned } from '../../../src/core/sandbox/spawn';
import { Bed } from '../cli/bed';

const usual: AskedLimits = { cpus: undefined, memoryMb: undefined, pids: undefined, ttlSeconds: undefined };

describe('the warm pool', function () {
  this.timeout(60_000);
  const bed = new Bed();
  const cores: Core[] = [];
  const server = (): Core => {
    const env = { ...process.env, ...bed.berth.env(), FOR_POOLED: 'the pooled value' };
    const core = createCore({ log: silentLogger, actor: 'agent', env, installation: resolve(__dirname, '../../..') });
    cores.push(core);
    return core;
  };
  const settings = async (ready: number): Promise<void> => {
    await mkdir(bed.berth.berthHome, { recursive: true });
    const limits = '{ cpus: 1, memory: 256m, pids: 200, ttl: 2h }';
    const text = `limits: ${limits}\nwarm: [{ template: base, ready: ${ready}, ttl: 30m }]\n`;
    await writeFile(join(bed.berth.berthHome, 'agents.yaml'), text);
  };
  const spawn = (core: Core, key: string, limits = usual): Promise<Spawned> =>
    spawnBox(
      core,
      { trusted: [], key, folder: undefined, template: undefined, snapshot: undefined, limits, network: undefined },
      noProgress,
    );
  after(async () => {
    for (const core of cores) core.dispose();
    await bed.dispose();
  });

  it('hands two servers different containers that were ready, as each asked for them, and lists none that waits', async () => {
    await settings(2);
    const [one, two] = [server(), server()];
    await Promise.all([one.warm.tend(), two.warm.tend()]);
    assert.deepEqual((await one.projects.refresh()).rows, []);
    const waiting = await bed.leftovers('container');
    assert.equal(waiting.length, 2);
    const [first, second] = await Promise.all([
      spawn(one, 'one', { ...usual, memoryMb: 128, pids: 100, ttlSeconds: 3600 }),
      spawn(two, 'two'),
    ]);
    assert.deepEqual(new Set([first.row.containerName, second.row.containerName]), new Set(waiting));
    const listed = (await two.projects.refresh()).rows;
    assert.deepEqual(new Set(listed.map(({ id }) => id)), new Set([first.row.id, second.row.id]));
    const { limits, row } = await one.projects.detail(first.row);
    assert.deepEqual(limits, { cpus: 1, memoryBytes: 128 * 2 ** 20, pids: 100 });
    assert.equal(row.agent?.expires, first.row.agent?.expires);
    const left = Date.parse(row.agent?.expires ?? '') - Date.now();
    assert.ok(left > 3_500_000 && left <= 3_600_000, 'its time begins when it is asked for');
    // Whoever tends the pool does that, where the process that handed it out has come to its end.
    await two.warm.tend();
    const told = await bed.docker('exec', first.row.containerName, 'sh', '-c', 'cat /etc/berth-ends-*');
    assert.equal(Number(told), Math.ceil(Date.parse(row.agent?.expires ?? '') / 1000), 'which it knows itself');
    const again = await spawn(two, 'one');
    assert.deepEqual([again.row.id, again.reused], [first.row.id, true]);
    for (const { row: gone } of [first, second]) await killBox(one, gone);
  });

  it('passes over one that has died, makes up for it, and is gone when the user wants none', async () => {
    const core = server();
    await settings(1);
    await core.warm.tend();
    const [dead = ''] = await bed.leftovers('container');
    await bed.docker('kill', dead);
    const made = await spawn(core, 'three');
    assert.notEqual(made.row.containerName, dead);
    await killBox(core, made.row);
    await core.warm.tend();
    const now = await bed.leftovers('container');
    assert.deepEqual([now.length, now.includes(dead)], [1, false]);
    await core.agentSecrets.grant({ kind: 'template', name: 'base' }, ['POOLED=env:FOR_POOLED']);
    const { row } = await spawn(core, 'four');
    assert.deepEqual([row.containerName, row.secrets.map(({ name }) => name)], [now[0], ['POOLED']]);
    const has = await bed.docker('exec', row.containerName, 'cat', '/run/berth/secrets/env');
    assert.equal(has, "export POOLED='the pooled value'", 'what is granted comes when it is taken, not before');
    await killBox(core, row);
    await settings(0);
    await core.warm.tend();
    assert.deepEqual([await bed.leftovers('container'), await bed.leftovers('volume')], [[], []]);
    const agents = join(bed.berth.berthHome, 'agents');
    assert.deepEqual([await readdir(agents), existsSync(join(agents, '.warm'))], [['.warm'], true]);
  });
});
