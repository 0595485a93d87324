import assert from 'node:assert/strict';
import type { EngineEvent } from '../../../src/core/engine';
import { Bench } from './fixture';

describe('engine: events', () => {
  let bench: Bench;
  before(async () => (bench = await Bench.open()));
  after(() => bench.close());

  it('tells all that happens after it has opened, without health probes’ noise, and ends quietly', async () => {
    const stop = new AbortController();
    const seen: EngineEvent[] = [];
    let opened: () => void = () => undefined;
    const open = new Promise<void>((resolve) => (opened = resolve));
    const name = bench.name();
    let id = '';
    const listening = (async () => {
      for await (const event of bench.engine.events({ onOpen: opened }, stop.signal)) {
        if (event.attributes['name'] !== name) continue;
        seen.push(event);
        if (event.action === 'health_status: healthy') await bench.engine.removeContainer(id, { force: true });
        if (event.action === 'destroy') stop.abort();
      }
    })();
    await open;
    const healthcheck = { command: 'true', intervalMs: 200, timeoutMs: 5000, retries: 1 };
    id = await bench.engine.createContainer(bench.spec({ name, healthcheck }));
    await bench.engine.startContainer(id);
    await listening;
    const actions = seen.map((event) => event.action);
    for (const action of ['create', 'start', 'health_status: healthy', 'die', 'destroy']) {
      assert.equal(actions.filter((one) => one === action).length, 1, `${action} in ${actions.join(', ')}`);
    }
    assert.ok(!actions.some((action) => action.startsWith('exec_') || action === 'kill'), actions.join(', '));
    assert.ok(seen.every((event) => event.id === id && event.type === 'container'));
    assert.ok(seen.every((event) => Math.abs(event.time - Date.now()) < 120_000));
    assert.equal(seen[0]!.attributes['dev.berth.test'], bench.mark);
  });
});
