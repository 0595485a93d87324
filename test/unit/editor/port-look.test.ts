import assert from 'node:assert/strict';
import type { PortRow } from '../../../src/core/ports/types';
import { addressOf, portLook, portsLook } from '../../../src/editor/rows/port-look';

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
