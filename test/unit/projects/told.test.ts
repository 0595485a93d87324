import assert from 'node:assert/strict';
import type { EngineEvent } from '../../../src/core/engine/types';
import { labels } from '../../../src/core/model';
import { isMute, toldBy } from '../../../src/core/projects/told';
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
});
