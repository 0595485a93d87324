import assert from 'node:assert/strict';
import type { LossPreview } from '../../../src/core/loss/types';
import type { Snapshot } from '../../../src/core/snapshots/types';
import { restoreQuestion } from '../../../src/editor/rows/restore-question';
import { formerLook, snapshotLook, snapshotsLook } from '../../../src/editor/rows/snapshot-look';
import { now, row } from './rows';

const first: Snapshot = {
  name: 'before-upgrade',
  note: 'before the move',
  project: { id: '0123456789ab', name: 'api', folder: '/src/api' },
  template: 'python',
  generation: 3,
  image: 'sha256:1',
  tag: 'berth-snapshot/api-012345:before-upgrade',
  created: '2026-11-19T11:00:00Z',
  sizeBytes: 500 * 2 ** 20,
  ownBytes: 12 * 2 ** 20,
  usedBy: [],
  volumes: [{ purpose: 'home', target: '/home/dev', bytes: 2 ** 20 }],
};
const second: Snapshot = { ...first, name: 'second', note: null, ownBytes: null, volumes: [], usedBy: ['berth-api'] };
const harmless: LossPreview = { carried: [], promotable: [], lost: [], restored: null };

describe('rows of snapshots', () => {
  it('say age, own size and kept volumes, and offer to delete only what nobody uses', () => {
    const look = snapshotLook(first, now, undefined);
    assert.equal(look.description, '2 d · +12.0 MiB · with home 1.0 MiB');
    assert.equal(look.context, 'snapshot unused');
    assert.match(look.tooltip, /before the move/);
    assert.match(look.spoken, /^Snapshot before-upgrade, before the move, 2 d/);
    const used = snapshotLook(second, now, 'second');
    assert.deepEqual([used.description, used.context], ['in use · 2 d · 500 MiB', 'snapshot used']);
    assert.notEqual(used.icon, look.icon);
  });

  it('are summed up by the newest', () => {
    assert.equal(snapshotsLook('api', [first], now).description, 'before-upgrade · 2 d');
    assert.equal(snapshotsLook('api', [first, second], now).description, 'before-upgrade · 2 d · 1 more');
  });

  it('are followed by the container that a rollback would go back to', () => {
    assert.equal(formerLook(row()), null);
    const look = formerLook(row({ former: 2 }));
    assert.deepEqual([look?.description, look?.context], ['generation 2', 'former']);
  });
});

describe('the question before a restore', () => {
  it('says what is in the container of now alone, what ends, and what stays', () => {
    const loss: LossPreview = { ...harmless, lost: [{ path: '/opt/x', kind: 'added', files: 0 }] };
    const asked = restoreQuestion(row(), { snapshot: first, loss });
    assert.equal(asked.question, 'Put hello-python back to the snapshot before-upgrade?');
    assert.match(asked.detail, /^Put aside with the container of now:\n {3}added: \/opt\/x$/m);
    assert.match(asked.detail, /^What runs in it ends\.$/m);
    assert.match(asked.detail, /Roll Back returns to it/);
    assert.ok(asked.withVolumes);
  });

  it('offers volumes only where some were kept', () => {
    const asked = restoreQuestion(row({ state: 'stopped' }), { snapshot: second, loss: harmless });
    assert.ok(!asked.withVolumes && !asked.detail.includes('ends') && !asked.detail.includes('new volumes'));
    assert.match(asked.detail, /nothing of its own/);
  });
});
