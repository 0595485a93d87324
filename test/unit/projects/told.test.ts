import assert from 'node:assert/strict';
import type { EngineEvent } from '../../../src/core/engine/types';
import { labels } from '../../../src/core/model';
import { isBehind, isMute, toldBy } from '../../../src/core/projects/told';
import { summary } from './summaries';

const running = summary('current', { health: 'healthy' });
const event = (action: string, attributes: Readonly<Record<string, string>> = {}, id = running.id): EngineEvent => ({
  type: 'container',
  action,
  id,
  attributes,
  time: 1,
});
const withSpec = (spec: object) => summary('current', {}, { [labels.spec]: JSON.stringify(spec) });

describe('what an event says of a container', () => {
  it('is that it ended, and all there is to know where it was asked to', () => {
    for (const exitCode of ['0', '143']) {
      const shown = { ...running, state: 'exited', health: null, status: `Exited (${exitCode})` };
      assert.deepEqual(toldBy(running, event('die', { exitCode })), { shown, isWhole: true });
    }
  });

  it('is nothing of an end that nobody asked for: the engine may be mending it already', () => {
    for (const exitCode of ['1', '137']) assert.equal(toldBy(running, event('die', { exitCode })), null);
  });

  it('is not all of an end where its log may tell why, nor of a start where a check follows', () => {
    assert.equal(toldBy(withSpec({ idle: { stop_after: 60_000 } }), event('die', { exitCode: '0' }))?.isWhole, false);
    assert.equal(toldBy(running, event('start'))?.isWhole, true);
    assert.equal(toldBy(withSpec({ health: { command: 'true' } }), event('start'))?.isWhole, false);
  });

  it('is nothing where it is another container’s, or of something that only a look tells', () => {
    assert.equal(toldBy(running, event('die', { exitCode: '0' }, 'another')), null);
    for (const action of ['create', 'destroy', 'rename', 'die', 'health_status: healthy']) {
      assert.equal(toldBy(running, event(action)), null, action);
      assert.equal(isMute(event(action)), false, action);
    }
    for (const action of ['kill', 'stop', 'restart']) assert.equal(isMute(event(action)), true, action);
  });

  it('is believed of an end for some seconds, but where a list says that the container began after that', () => {
    const told = { event: event('die', { exitCode: '0' }), at: 100_000 };
    const behind = (status: string, now: number): boolean => isBehind({ ...running, status }, told, now);
    assert.equal(behind('Up 5 seconds', 100_200), true);
    assert.equal(behind('Up About a minute', 104_000), true);
    assert.equal(behind('Up 3 hours (healthy)', 109_999), true);
    // It may have begun before its end, and have been up for a moment only.
    assert.equal(behind('Up Less than a second', 100_200), true);
    // Later than that the list is right, whatever it says.
    assert.equal(behind('Up 3 hours', 110_000), false);
    // Started again: it cannot have begun before its end.
    for (const status of ['Up Less than a second', 'Up 1 second (health: starting)'])
      assert.equal(behind(status, 102_000), false, status);
    assert.equal(isBehind({ ...running, state: 'exited' }, told, 100_200), false);
    assert.equal(isBehind({ ...running, id: 'another' }, told, 100_200), false);
    assert.equal(isBehind(running, { ...told, event: event('start') }, 100_200), false);
  });
});
