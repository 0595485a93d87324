import assert from 'node:assert/strict';
import type { ServiceRow } from '../../../src/core/services/types';
import { serviceLook, servicesLook } from '../../../src/editor/rows/service-look';

const now = Date.parse('2026-01-01T12:00:00Z');
const web: ServiceRow = {
  ...{ name: 'web', state: 'running', ready: true, restarts: 1, pid: 7, uptime: 180, port: 8080 },
};
const queue: ServiceRow = { ...web, name: 'queue', state: 'failed', ready: false, pid: null, uptime: null, port: null };

describe('rows of services', () => {
  it('show state, age and restarts, and tell menus what can be done', () => {
    const { label, description, context, spoken } = serviceLook(web, now);
    assert.deepEqual([label, description], ['web', 'running · 3 min · restarted once']);
    assert.equal(context, 'service running stoppable web');
    assert.equal(spoken, 'Service web, running, restarted once, 3 min');
    assert.equal(serviceLook(queue, now).context, 'service failed startable');
    assert.match(serviceLook(queue, now).tooltip, /given up after too many starts in a row/);
  });

  it('say above them how many run', () => {
    assert.equal(servicesLook('api', [web]).description, '1 running');
    assert.equal(servicesLook('api', [web, queue]).description, '1 of 2 running, 1 failed');
    assert.equal(
      servicesLook('api', [{ ...web, state: 'waiting' }]).description,
      '0 of 1 running, 1 waiting for secrets',
    );
    assert.equal(servicesLook('api', [web]).context, 'group services');
  });
});
