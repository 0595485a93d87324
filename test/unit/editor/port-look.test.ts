import assert from 'node:assert/strict';
import type { PortRow } from '../../../src/core/ports/types';
import type { LifecycleStep } from '../../../src/core/model';
import { addressOf, portLook, portsLook } from '../../../src/editor/rows/port-look';
import { setupLook, stepLook } from '../../../src/editor/rows/step-look';

const moved: PortRow = { port: 8888, wanted: 8888, host: 8889, state: 'forwarded', moved: 'taken', origin: 'declared' };
const off: PortRow = { port: 3000, wanted: 3000, host: null, state: 'off', moved: null, origin: 'added' };

describe('rows of ports', () => {
  it('show the real number, and tell menus state and origin', () => {
    const { label, description, context, spoken } = portLook(moved);
    assert.deepEqual([label, description], ['8888', '→ 127.0.0.1:8889 (8888 was taken)']);
    assert.equal(context, 'port forwarded declared');
    assert.equal(spoken, 'Port 8888, forwarded, 127.0.0.1:8889, 8888 was taken');
    assert.deepEqual([portLook(off).description, portLook(off).context], ['→ not forwarded', 'port off added']);
  });

  it('say the one port there is in the group’s own row, else how many', () => {
    assert.equal(portsLook('api', [moved]).description, '8888 → 127.0.0.1:8889 (8888 was taken)');
    assert.equal(portsLook('api', [moved, off]).description, '1 of 2 on 127.0.0.1, 1 moved');
    assert.equal(portsLook('api', [moved, off]).context, 'group ports');
  });

  it('open with TLS where the container’s port is one of its usual ones', () => {
    assert.equal(addressOf('127.0.0.1', 8889, 8888), 'http://127.0.0.1:8889/');
    assert.equal(addressOf('127.0.0.1', 9443, 8443), 'https://127.0.0.1:9443/');
  });
});

describe('rows of steps', () => {
  const step: LifecycleStep = {
    ...{ phase: 'post_create', index: 2, of: 3, command: 'make', state: 'failed' },
    ...{ exitCode: 2, ms: 1234, at: null, output: 'no rule\n*** stop' },
  };

  it('say how each went, with its last words in the tooltip', () => {
    const { label, description, context, tooltip } = stepLook(step);
    assert.deepEqual([label, description], ['make', 'post_create 2 · failed with exit code 2 · 1.2 s']);
    assert.equal(context, 'step failed');
    assert.match(tooltip, /no rule {2}\n\\\*\\\*\\\* stop/);
    assert.equal(
      stepLook({ ...step, state: 'waiting', exitCode: null, ms: null }).description,
      'post_create 2 · waiting',
    );
  });

  it('say above them how far it came', () => {
    const done: LifecycleStep = { ...step, index: 1, state: 'done', exitCode: 0 };
    assert.equal(setupLook([done, step]).description, '1 of 2 done, one failed');
    assert.equal(setupLook([done, { ...step, state: 'waiting' }]).description, '1 of 2 done');
  });
});
